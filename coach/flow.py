"""The line, top to bottom: an ambition goes in, a verified goal comes out. Read this page first.

``check`` judges one text. ``turn`` is the dialogue after its last event. ``draft`` writes goals from one text, asking
nothing. All three are pure: the day, the text, the events and the profile are arguments. ``propose`` lets a writer
outside (a model) word the drafts; what it writes is verified alike, and the built-in drafter stands in for it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from coach.core import conversation, drafting, verification
from coach.core.calibration import judging
from coach.core.facts import reading as facts
from coach.core.model import Assessment, Brief, Candidate, Draft, Fact, Notice, Profile, Turn
from coach.core.model.calibration import Calibrated, NotEnoughHistory
from coach.core.model.kpi import KpiSeries
from coach.errors import ModelUnavailable
from coach.ports import Listener, Writer


def check(
    text: str,
    *,
    today: date,
    language: str | None = None,
    locale: str | None = None,
    profile: Profile = Profile(),  # noqa: B008  # frozen
    history: KpiSeries | None = None,
) -> Assessment:
    """What the text says, and how SMART it is: no model, no question, no write.

    With the ``history`` of the indicator that the goal is about, "attainable" is judged from it.
    """
    start = profile.conventions.fiscal_year_start
    reading = facts.extract(text, today=today, language=language, locale=locale, fiscal_year_start=start)
    return conversation.review(reading, profile, history)


def turn(
    events: Iterable[conversation.Event],
    *,
    today: date,
    profile: Profile = Profile(),  # noqa: B008  # frozen
    locale: str | None = None,
) -> Turn:
    """The conversation after its last event: a question while something decisive is missing, then drafts."""
    state = conversation.fold(events, today=today, profile=profile, locale=locale)  # facts, as they were said
    assessment = state.assess(today)  # smart
    gaps = state.gaps(today)  # what is missing
    question = state.question  # what to ask next
    calibrated = _calibrated(state, today)  # the past, and the target in it
    drafts = _drafts(state, today) if question is None else ()  # brief → wording → verification
    return Turn(
        status="adopted" if state.adopted else "drafted" if drafts else "open",
        language=state.language,
        statement=assessment.reading.text,
        messages=state.messages,
        assessment=assessment,
        gaps=gaps,
        question=question,
        drafts=drafts,
        calibrated=calibrated,
        chosen=state.chosen if state.chosen is not None and state.chosen < len(drafts) else None,
        version=state.version,
        versions=len(state.versions),
        another=bool(drafts) and len(state.versions) == 1 and drafting.sayable_otherwise(state.brief(today)),
        context=state.context,
        facts=tuple(_known(state)),
        unknowns=state.unknowns,
        notices=state.notices if question or drafts else (*state.notices, _empty_handed(state)),
    )


def draft(
    text: str,
    *,
    today: date,
    language: str | None = None,
    locale: str | None = None,
    profile: Profile = Profile(),  # noqa: B008  # frozen
    history: KpiSeries | None = None,
) -> tuple[Draft, ...]:
    """Verified goals from one text, asking nothing: what it does not say is marked unknown. Empty without a goal.

    With the ``history`` of the indicator, they come as prudent, balanced and ambitious, each with its chance.
    """
    said = conversation.Said(id="text", day=today, text=text, language=language)
    known = (
        () if history is None else (conversation.HistoryGiven(id="history", day=today, series=history, given="crm"),)
    )
    events = (*known, said, conversation.SkippedAll(id="all", day=today))
    return turn(events, today=today, profile=profile, locale=locale).drafts


async def propose(
    events: Iterable[conversation.Event],
    writer: Writer,
    *,
    today: date,
    profile: Profile = Profile(),  # noqa: B008  # frozen
    locale: str | None = None,
    heard: Listener | None = None,
) -> tuple[Draft, ...]:
    """The drafts of ``turn`` in the writer's words, those that pass; the built-in drafter's when none does."""
    state = conversation.fold(events, today=today, profile=profile, locale=locale)
    if state.question is not None or not state.goals:
        return ()
    brief = state.brief(today)
    try:
        written = await writer.drafts(brief, heard, _shown(state, today))
    except ModelUnavailable:
        written = ()
    return _beside(_verified(written, brief), _drafts(state, today))


def _shown(state: conversation.State, today: date) -> tuple[str, ...]:
    """The statements of the versions before the one that is being written."""
    earlier = (replace(state, version=version) for version in range(state.version))
    return tuple(draft.statement for before in earlier for draft in _drafts(before, today))


def _beside(written: tuple[Draft, ...], built: tuple[Draft, ...]) -> tuple[Draft, ...]:
    """The writer's wordings; with a history, its first in the place of the built one, and the targets offered beside."""
    if not written or not built or built[0].chance is None:
        return written or built
    return (written[0].model_copy(update={"chance": built[0].chance, "variant": built[0].variant}), *built[1:])


def _drafts(state: conversation.State, today: date) -> tuple[Draft, ...]:
    """The brief worded one to three ways, each read again before it is shown; the manager's own wording first."""
    if state.proposed:
        return state.proposed
    if not state.goals:
        return ()
    brief = state.brief(today)
    own = (drafting.of_manager(brief, state.wording),) if state.wording else ()
    typed = (drafting.of_manager(brief, state.ambition),) if state.first is not None else ()
    candidates = ((*own, *drafting.draft(brief)), drafting.plainest(brief), typed)
    return next(filter(None, (_verified(those, brief) for those in candidates)), ())


def _verified(candidates: Iterable[Candidate], brief: Brief) -> tuple[Draft, ...]:
    read = (verification.verify(candidate, brief) for candidate in candidates)
    return tuple(one for one in read if isinstance(one, Draft))[: drafting.MOST]


def _calibrated(state: conversation.State, today: date) -> Calibrated | None:
    """What the goal's indicator may be by its due date on current form, and its target in that; None without a past."""
    if state.history is None:
        return None
    found = judging.of_goal(state.goal, state.history, today)
    if found is None or isinstance(found, NotEnoughHistory):
        return Calibrated() if found is None else Calibrated.of(found, None)
    placed = judging.judged(state.reading(today), state.history)
    return Calibrated.of(found, None if isinstance(placed, NotEnoughHistory) else placed)


def _empty_handed(state: conversation.State) -> Notice:
    """Why there is neither a question nor a draft, and what the manager can do about it."""
    return Notice(code="no_draft" if state.goals else "nothing_to_draft")


def _known(state: conversation.State) -> Iterator[Fact]:
    """What is known of the goal and of its context, each fact with the words it comes from."""
    for name, source in state.sources.items():
        value = getattr(state.goal, name, None) if hasattr(state.goal, name) else getattr(state.context, name, None)
        if value not in (None, (), ""):
            yield Fact(name=name, value=value, source=source)
