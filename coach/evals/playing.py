"""One dialogue from the first word to the drafts, as a shell would hold it, kept as a trace."""

from coach import flow, wording
from coach.core import conversation as talk
from coach.core.model import Profile
from coach.evals import trace as kept
from coach.evals.cases import Goal
from coach.evals.people import Manager
from coach.evals.scorers.talk import MOST_TURNS
from coach.evals.trace import Trace
from coach.ports import Writer
from coach.service import rewording


async def converse(
    case: Goal,
    persona: str,
    *,
    writer: Writer | None = None,
    profile: Profile = Profile(),  # noqa: B008  # frozen
    epoch: int = 0,
    questions: bool = True,
) -> Trace:
    """Play a case: coach asks, the simulated manager answers, until there is nothing more to ask.

    ``questions``: whether the writer words these too, and not the drafts alone.
    """
    manager = Manager(case, persona, epoch)
    said = [manager.opening()]
    events: list[talk.Event] = [talk.Said(id="e0", day=case.today, text=said[0])]
    asked: list[kept.Asked] = []
    while True:
        turn = flow.turn(events, today=case.today, profile=profile)
        if writer is not None and (questions or turn.question is None):
            worded = await rewording.events(writer, events, today=case.today, profile=profile)
            events += [one.model_copy(update={"id": f"w{len(events) + at}"}) for at, one in enumerate(worded)]
            turn = flow.turn(events, today=case.today, profile=profile)
        turn = wording.word(turn, turn.language)
        if turn.question is None or len(asked) > MOST_TURNS:
            break
        spoken = manager.language
        answer = manager.reply(turn.question)
        one = kept.asked(turn, spoken)
        asked.append(one.model_copy(update={"answer": answer, "shrugged": manager.shrugged}))
        said.append(answer)
        events.append(talk.Said(id=f"e{len(said) - 1}", day=case.today, text=answer))
    return Trace(
        said=tuple(said),
        asked=tuple(asked),
        drafts=tuple(kept.written(draft) for draft in turn.drafts),
        spoken=manager.language,
        status=turn.status,
        notices=tuple(notice.code for notice in turn.notices),
        persona=persona,
        day=case.today,
        writer=writer.name if writer is not None else "",
    )
