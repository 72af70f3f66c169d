"""The questions, asked of seven kinds of managers by whom nothing was said beforehand."""

from collections.abc import Mapping, Sequence
from functools import cached_property

from coach.core.model import Profile
from coach.evals import cases
from coach.evals.cases import Goal
from coach.evals.people import PERSONAS
from coach.evals.scorers import Marks, facts, slots, talk, words
from coach.evals.subjects import Subject
from coach.evals.suites.base import Item, Suite
from coach.evals.trace import Trace

_SURE = ("plain", "chatty", "contradictory", "dropper", "switcher")
"""Who ends by telling the goal they have in mind."""


class Dialogue(Suite):
    """Two characters a case in turn; all seven in the full run."""

    name = "dialogue"
    about = "The questions asked of plain, evasive, chatty, contradictory, switching, dropping and hostile managers."
    metrics = {
        "done": "ends in a draft within 14 questions",
        "targeted": "share of questions about what is missing",
        "single": "share of questions that ask one thing",
        "fresh": "share of questions whose answer was not known",
        "repeats": "nothing answered is asked again in the same words",
        "order": "share of questions in the order that matters",
        "must_ask": "what only the manager knows was asked",
        "dont_know_ok": "two shrugs settle a question",
        "switch": "follows a change of language at once",
        "lpr": "lines in the manager's language",
        "wpr": "lines without words of the other language",
        "fact_fidelity": "every figure has a source",
        "fact_attribution": "share of figures that the source they point to really holds",
        "exact": "the goal the manager had in mind, where they tell it",
        "questions": "questions asked",
        "excess": "questions beyond what the case needs",
    }
    plain_counts = frozenset({"questions", "excess"})
    pack = 4

    @cached_property
    def goals(self) -> Mapping[str, Goal]:
        """By id."""
        return {one.id: one for one in cases.goals(self.folder)}

    def items(self) -> Sequence[Item]:
        """As Suite says."""
        found = []
        for place, one in enumerate(self.goals.values()):
            ways = PERSONAS if self.full else (PERSONAS[place % 7], PERSONAS[(place + 3) % 7])
            for how in ways:
                found.append(Item(f"{one.id}/{how}", one.id, one.cluster, {**one.tags, "persona": how}, how))
        return found

    async def play(self, item: Item, subject: Subject) -> tuple[Trace, str]:
        """As Suite says."""
        case = self.goals[item.case]
        return await subject.play(case, item.how, Profile()), case.ambition

    def marks(self, item: Item, trace: Trace) -> Marks:
        """As Suite says."""
        case = self.goals[item.case]
        goal = slots.match(trace, case.wants, skip=("segment", "lever"))
        return {
            **talk.questions(case, trace),
            **talk.switched(trace),
            **words.language(trace),
            **facts.fidelity(trace, case.wants),
            **({"exact": goal["exact"]} if item.how in _SURE else {}),
        }
