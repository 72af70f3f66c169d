"""Take the pictures of every screen that docs/screens keeps: ``python -m tests.web.screens`` (or ``make screens``)."""

import hashlib
import os
import sys
import tempfile
from pathlib import Path

import coach.web
from tests.web import browsing
from tests.web.conftest import serving
from tests.web.manager import Manager

FOLDER = Path(__file__).parents[2] / "docs" / "screens"
DIGEST = FOLDER / "digest.txt"
FONTS = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>
<include ignore_missing="yes">/etc/fonts/fonts.conf</include>
<match target="pattern"><test qual="any" name="family"><string>{family}</string></test>
<edit name="family" mode="prepend" binding="strong"><string>Liberation Sans</string></edit></match></fontconfig>"""
LOOKS = {
    "fr.light": {"locale": "fr-FR", "viewport": {"width": 1280, "height": 860}},
    "en.dark": {"locale": "en-GB", "color_scheme": "dark", "viewport": {"width": 1280, "height": 860}},
    "fr.small": {"locale": "fr-FR", "viewport": {"width": 320, "height": 640}},
}


def digest() -> str:
    """What the pictures were taken of: the templates, the script and the stylesheet."""
    folder = Path(coach.web.__file__).parent
    files = sorted([*(folder / "templates").iterdir(), *(folder / "static").iterdir()])
    return hashlib.sha256(b"".join(path.name.encode() + path.read_bytes() for path in files)).hexdigest()


def take(folder: Path = FOLDER) -> list[str]:
    """Every screen in every look; gives the names of the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory() as home, browsing.chromium(env=_fonts(Path(home))) as browser:
        for number, (name, options) in enumerate(LOOKS.items()):
            with (
                serving(Path(home) / str(number)) as server,
                browsing.window(browser, server.address, **options) as look,
            ):
                _walk(look, "en" if name.startswith("en") else "fr", folder, name)
    DIGEST.write_text(digest() + "\n")
    return sorted(path.name for path in folder.glob("*.png"))


def _fonts(folder: Path) -> dict[str, str]:
    """One typeface everywhere the pictures are taken: the one that comes with Debian's Chromium."""
    matches = [FONTS.format(family=family) for family in ("system-ui", "sans", "sans-serif")]
    body = "".join(
        each.partition("<match")[1] + each.partition("<match")[2].rpartition("</fontconfig>")[0] for each in matches
    )
    path = folder / "fonts.conf"
    path.write_text(FONTS.partition("<match")[0] + body + "</fontconfig>")
    return {**os.environ, "FONTCONFIG_FILE": str(path)}


def _walk(look, language: str, folder: Path, name: str) -> None:
    page, manager = look.page, Manager(look, language)

    def shoot(screen: str, whole: bool = True) -> None:
        page.wait_for_timeout(500)
        page.mouse.move(0, 0)
        page.screenshot(path=folder / f"{screen}.{name}.png", full_page=whole, animations="disabled", caret="hide")

    look.open("/")
    shoot("home")
    manager.check()
    page.evaluate("scrollTo(0, 0)")
    shoot("check")
    manager.build()
    shoot("question", whole=False)
    while not page.locator("#drafts button[name=draft]").count():
        manager.answer()
    shoot("drafts", whole=False)
    manager.take()
    page.click('.draft.chosen a[href$="/adopt"]')
    shoot("adopt")
    page.click("main form[method=post] button")
    page.wait_for_selector(".goal-hero")
    shoot("goal")
    if "small" in name:
        return
    for path in (
        "/goals",
        "/team",
        "/dashboard",
        "/outlets",
        "/connections",
        "/kpis",
        "/history",
        "/settings",
        "/accessibility",
        "/nowhere",
    ):
        look.open(path)
        shoot(path.strip("/") if path != "/nowhere" else "error", whole=path != "/settings")


if __name__ == "__main__":
    sys.stdout.write("\n".join(take()) + "\n")
