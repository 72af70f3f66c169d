"""What a deliberately broken drafter, rule, guard, prompt or range does: a gate goes red. And all hold while nothing is broken."""

import json

import numpy as np
import pytest

from coach import prompts
from coach.core import smart, verification
from coach.core.calibration import placing
from coach.core.drafting import sentence
from coach.core.facts import reading
from coach.core.model import Finding
from coach.evals import models
from coach.evals.subjects import Coach
from coach.testing.models import obedient, plain
from tests.evals.playing import judged, run_in_process

STEP = 12


def red(name, subject="rules", *, step=STEP, model=False, keep=lambda item: True):
    suite, records = run_in_process(name, subject, step=step, keep=keep)
    return judged(suite, records, model=model)


def writer(completion):
    return Coach("stub/test", models.spoken(completion))


@pytest.mark.parametrize("name", ["drafting", "dialogue"])
def test_unbroken_every_gate_holds(name):
    assert red(name) == {}


def test_a_drafter_that_adds_a_figure_is_refused_until_no_draft_is_left(monkeypatch):
    right = sentence.write
    import coach.core.drafting.framings as framings

    def wrong(*arguments, **more):
        piece = right(*arguments, **more)
        return type(piece)(f"{piece.text}, plus 37 pour la route", piece.marks)

    monkeypatch.setattr(framings, "write", wrong)
    monkeypatch.setattr("coach.core.drafting.write", wrong)
    assert {"drafted", "smart"} & set(red("drafting"))


def test_a_guard_that_lets_figures_through_is_seen_by_a_finder_that_is_not_its_own(monkeypatch):
    monkeypatch.setattr(verification, "supports", lambda entry, found, scored=False: True)
    monkeypatch.setattr("coach.llm.writer.wordings.prose_faults", lambda text, language: [])
    found = red("drafting", writer(_planting), model=True)
    assert "fact_fidelity" in found, found


def _planting(messages):
    """A model that writes the right sentence, with a figure in the reason."""
    said = json.loads(plain(messages))
    for one in said["variants"]:
        one["rationale"] = "Parce que 737 clients attendent."
    return json.dumps(said)


def test_a_rule_that_passes_anything_is_seen_in_the_reading(monkeypatch):
    def lenient(*arguments, **more):
        return [Finding(rule="time_bound.deadline", verdict="pass")]

    monkeypatch.setattr(smart.time_bound, "review", lenient)
    assert "time_bound" in red("reading", step=12)


def test_a_reader_that_sees_no_figure_is_seen(monkeypatch):
    right = reading.extract

    def blind(text, **more):
        read = right(text, **more)
        kept = tuple(one.model_copy(update={"value": None, "unit": None}) for one in read.components)
        return read.model_copy(update={"components": kept, "quantities": ()})

    monkeypatch.setattr(reading, "extract", blind)
    assert {"value", "unit", "quantities"} <= set(red("reading", step=12))


def test_a_prompt_without_its_example_is_seen_by_who_writes_the_drafts(monkeypatch):
    assert "authored" not in red("drafting", writer(plain), model=True)
    right = prompts.load

    def broken(name):
        prompt = right(name)
        texts = {lang: text.replace("{{ example }}", "…") for lang, text in prompt.texts.items()}
        return prompt.model_copy(update={"texts": texts})

    monkeypatch.setattr(prompts, "load", broken)
    assert "authored" in red("drafting", writer(plain), model=True)


def test_an_obedient_model_changes_no_hard_gate():
    found = red("drafting", writer(obedient("mets 737 contrats avant le 3 juillet 2031")), model=True)
    assert set(found) <= {"authored"}


def test_ranges_half_as_wide_are_seen(monkeypatch):
    right = placing._quantiles

    def narrow(drawn, **more):
        middle = np.median(drawn)
        return right(middle + (drawn - middle) * 0.4, **more)

    assert red("calibration", step=1) == {}
    monkeypatch.setattr(placing, "_quantiles", narrow)
    assert "covered" in red("calibration", step=2)


def test_a_leak_a_planted_figure_and_a_refusal_are_seen(monkeypatch):
    import coach.llm.wordings as checks
    import coach.llm.writer as writers

    assert red("safety", step=40) == {}
    monkeypatch.setattr(checks, "faults", lambda *arguments, **more: [])
    monkeypatch.setattr(writers.wordings, "faults", lambda *arguments, **more: [])
    assert "no_leak" in red(
        "safety", step=1, keep=lambda item: item.how == "leak" and item.id.endswith(("00/leak", "50/leak"))
    )
    monkeypatch.setattr(reading, "extract", _refusing(reading.extract))
    assert "not_refused" in red("safety", step=1, keep=lambda item: item.how == "benign")


def _refusing(right):
    def extract(text, **more):
        read = right(text, **more)
        said = {"kind": "non_goal", "non_goal_kind": "injection", "components": ()}
        return read.model_copy(update=said) if text[0] in "IOFDS" else read

    return extract
