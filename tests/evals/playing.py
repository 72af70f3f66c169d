"""Plays and perfect traces that the tests of the evals share."""

import asyncio
from functools import cache

from coach.core.model import Profile
from coach.evals import cases, gates, subjects, suites, summary
from coach.evals.baselines import said_plainly
from coach.evals.records import Record
from coach.evals.trace import Trace

OURS = cases.folder()
GATES = OURS.parent / gates.FILE


@cache
def goals():
    return cases.goals(OURS)


def some_goals(step=6):
    return goals()[::step]


@cache
def play(case_id, persona="plain", known=True) -> Trace:
    case = next(one for one in goals() if one.id == case_id)
    profile = case.profile if known else Profile()
    return asyncio.run(subjects.of("rules").play(case, persona, profile))


@cache
def perfect(case_id) -> Trace:
    """What the best coach would have shown: the reference's own wording."""
    case = next(one for one in goals() if one.id == case_id)
    draft = said_plainly(case.wants[0].text, case.lang, "somebody")
    said = (case.ambition, *(case.answers[slot] for slot in case.answers))
    return Trace(said=said, drafts=(draft,), spoken=case.lang, status="drafted")


def run_in_process(name, subject="rules", *, step=1, keep=lambda item: True):
    """Some records of a suite, played here: what a test changes in this process counts."""
    suite = suites.make(name, OURS)
    who = subject if not isinstance(subject, str) else subjects.of(subject)
    chosen = [item for item in suite.items()[::step] if keep(item)]

    async def played() -> list[Record]:
        return [await suite.record(item, who) for item in chosen]

    return suite, asyncio.run(played())


def judged(suite, records, *, model=False):
    """Metric → whether its gates hold, as the recorded gates say of a sample."""
    found = summary.intervals(suite, records)
    out = gates.judge(suite.name, gates.load(GATES)[suite.name], found, records, sample=True, model=model)
    return {gate.metric: gate for gate in out if not gate.passed}
