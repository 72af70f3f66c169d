"""The drafts a plain manager is shown, the team and the company being known: the metric set for wording."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from coach.evals import cases, words
from coach.evals.cases import Goal
from coach.evals.scorers import Mark, Marks, facts, fit, slots, talk, yes
from coach.evals.scorers import words as wording
from coach.evals.subjects import Subject
from coach.evals.suites.base import Item, Suite
from coach.evals.trace import Trace

_OURS = ("rules", "manager")
CRITERIA = ("specific", "measurable", "attainable", "realistic", "time_bound")


class Drafting(Suite):
    """One plain dialogue a goal."""

    name = "drafting"
    about = "The goals proposed to a plain manager, against the acceptable ones."
    metrics = {
        "drafted": "ends in a draft",
        "smart": "every draft is SMART: S, M and T pass, A and R do not fail",
        **{f"smart_{name}": f"{name} does not fail" for name in CRITERIA},
        "fact_fidelity": "every figure has a source",
        "fact_precision": "share of figures with a source",
        "fact_attribution": "share of figures that the source they point to really holds",
        "slots": "share of the goal's parts that are right",
        "exact": "all parts are right",
        **{f"slot_{name}": f"{name} is right" for name in slots.SLOTS},
        "lpr": "lines in the manager's language",
        "wpr": "lines without words of the other language",
        "no_copy": "no vague ambition handed back",
        "forbidden": "nothing that the case forbids",
        "similarity": "likeness to an acceptable wording (0-1)",
        "retrieved": "liker to its own family's wordings than to any other's",
        "fit_follow_up": "follow-up as often as the horizon asks",
        "fit_indicators": "something to follow it by",
        "fit_junior": "a junior team gets an activity or a rhythm first",
        "authored": "the model's own wording stands, and not the built-in one in its place",
        "questions": "questions asked",
    }
    plain_counts = frozenset({"questions"})
    reported = frozenset({"similarity", "slots", "fact_precision", "authored"})
    pack = 4

    @cached_property
    def goals(self) -> Mapping[str, Goal]:
        """By id."""
        return {one.id: one for one in cases.goals(self.folder)}

    def items(self) -> Sequence[Item]:
        """As Suite says."""
        return [Item(one.id, one.id, one.cluster, one.tags, "plain") for one in self.goals.values()]

    async def play(self, item: Item, subject: Subject) -> tuple[Trace, str]:
        """As Suite says."""
        case = self.goals[item.case]
        return await subject.play(case, item.how, case.profile, questions=False), case.ambition

    def marks(self, item: Item, trace: Trace) -> Marks:
        """As Suite says."""
        case = self.goals[item.case]
        return {
            "drafted": yes(bool(trace.drafts), f"no draft after {len(trace.asked)} questions"),
            **_smart(trace),
            **facts.fidelity(trace, case.wants),
            **slots.match(trace, case.wants),
            **wording.language(trace),
            **wording.copied(trace, case.ambition, case.wants),
            **wording.clean(trace, case.never, case.rejected),
            **wording.likeness(trace, case.wants),
            "retrieved": self._retrieved(case, trace),
            **fit.fits(case, trace),
            "authored": _authored(trace),
            "questions": talk.questions(case, trace)["questions"],
        }

    def _retrieved(self, case: Goal, trace: Trace) -> Mark:
        """Of all reference wordings of its language, the likest is one of its own family."""
        if not trace.drafts or not any(want.text for want in case.wants):
            return yes(False, "no draft") if not trace.drafts else Mark(None)
        statement = slots.plainest(trace.drafts).statement
        own = {one.id for one in self.goals.values() if one.cluster == case.cluster}
        best = max(self._texts(case.lang), key=lambda pair: words.likeness(statement, pair[1]))
        return yes(best[0] in own, f"liker to {best[0]}: {best[1]}")

    def _texts(self, lang: str) -> list[tuple[str, str]]:
        return [
            (one.id, want.text) for one in self.goals.values() if one.lang == lang for want in one.wants if want.text
        ]


def _authored(trace: Trace) -> Mark:
    """Whether a draft by a model was shown where a model was to write; the built-in and the regex ones are not asked."""
    if trace.writer in ("", "rules"):
        return Mark(None)
    return yes(any(draft.author not in _OURS for draft in trace.drafts), "the built-in wording took its place")


def _smart(trace: Trace) -> Marks:
    if not trace.drafts:
        none = {f"smart_{name}": yes(False, "no draft") for name in CRITERIA}
        return {"smart": yes(False, "no draft"), **none}
    failing = {name: [one for one in trace.drafts if one.verdicts.get(name) == "fail"] for name in CRITERIA}
    unsmart = [one.statement for one in trace.drafts if not one.smart]
    return {
        "smart": yes(not unsmart, unsmart[0] if unsmart else ""),
        **{f"smart_{name}": yes(not those, those[0].statement if those else "") for name, those in failing.items()},
    }
