"""The colours: axe cannot judge text in SVG or states it does not see, so the tokens themselves are held."""

import re
from pathlib import Path

import pytest

import coach.web

CSS = (Path(coach.web.__file__).parent / "static" / "coach.css").read_text()
TOKENS = {
    name: (light, dark) for name, light, dark in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);", CSS)
}
TEXT = [  # text colour, background
    ("ink", "paper"), ("ink", "sheet"), ("ink", "sunk"), ("ink", "accent-wash"), ("ink", "pass-wash"),
    ("ink", "warn-wash"),
    ("ink", "fail-wash"), ("ink", "unknown-wash"), ("soft", "paper"), ("soft", "sheet"),
    ("soft", "sunk"), ("soft", "accent-wash"),
    ("accent", "paper"), ("accent", "sheet"), ("accent", "sunk"),
    ("accent-deep", "sheet"), ("accent-deep", "accent-wash"),
    ("on-accent", "accent"), ("on-accent", "accent-deep"), ("sheet", "pass"), ("paper", "ink"),
    ("pass", "paper"), ("pass", "sheet"), ("pass", "pass-wash"), ("warn", "sheet"), ("warn", "warn-wash"),
    ("fail", "sheet"), ("fail", "fail-wash"), ("unknown", "sheet"), ("unknown", "unknown-wash"),
]  # fmt: skip
SHAPES = [  # borders of controls, focus rings, underlines
    ("edge", "sheet"), ("edge", "paper"), ("accent", "paper"), ("accent", "sheet"), ("accent", "accent-wash"),
    ("pass", "pass-wash"), ("warn", "warn-wash"), ("fail", "fail-wash"), ("unknown", "unknown-wash"),
]  # fmt: skip


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_the_contrast_formula_knows_black_on_white():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT, ids=lambda pair: str(pair))
def test_text_reads_on_every_ground_it_stands_on(theme, text, ground):
    assert contrast(TOKENS[text][theme], TOKENS[ground][theme]) >= 4.5


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPES, ids=lambda pair: str(pair))
def test_what_must_be_seen_to_be_used_stands_out(theme, shape, ground):
    assert contrast(TOKENS[shape][theme], TOKENS[ground][theme]) >= 3


def test_every_colour_of_the_stylesheet_is_a_token():
    rules = re.sub(r"--[\w-]+:[^;]+;", "", CSS)
    literal = set(re.findall(r"#[0-9a-fA-F]{3,8}\b", rules)) - {"#bbb", "#0b0f1799"}  # print border, dialog veil
    assert not {colour for colour in literal if not colour.startswith(("#reply", "#thread"))}
