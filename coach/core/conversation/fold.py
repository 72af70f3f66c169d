"""Events in, state out. The same events always give the same state, so a conversation survives any interruption."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from coach.core import questions
from coach.core.calibration import saying
from coach.core.conversation import events as happened
from coach.core.conversation import informed, phrases, pointing, unanswered
from coach.core.conversation.answers import Ear, Heard, hear
from coach.core.conversation.state import GROUPS, UNWORDED, State, begin, in_language, marks_of, merge, settle
from coach.core.conversation.undoing import standing
from coach.core.lexicon import LANGUAGES
from coach.core.model import Component, Context, Message, Profile, Question, Slot, Source
from coach.core.model.kpi import KpiSeries

OTHERWISE = "en"
"""The language of the answer to a first message in one we do not write."""

_CLEAR_WORDS = 3
"""Words from which a message in another language switches the conversation; a bare "OK" does not."""

_ABOUT_FIGURES: frozenset[Slot] = frozenset({"target", "unit", "baseline"})


@dataclass(frozen=True, slots=True)
class _Step:
    """One event as it now stands: what it says, what it answered when it was said, the texts an edit replaced."""

    event: happened.Event
    bound: Slot | None = None  # the slot it answers, fixed once something before it was edited
    metric: str | None = None  # the goal's indicator when it was said
    answers: bool = True  # whether it may answer the question that stands; past figures never do
    replaced: tuple[Message, ...] = ()


@dataclass(slots=True)
class _Tape:
    """What each message answered, noted while folding."""

    slots: dict[str, Slot | None] = field(default_factory=dict)
    metrics: dict[str, str | None] = field(default_factory=dict)


def fold(
    events: Iterable[happened.Event],
    *,
    today: date,
    profile: Profile = Profile(),  # noqa: B008  # frozen
    locale: str | None = None,
) -> State:
    """The conversation after its last event.

    Args:
        events: In the order they happened. What was taken back is left out; an edit takes the place of what it
            replaces, and later messages are heard again, each as the answer to the question it answered.
        today: The day the state is looked at: questions propose dates from it.
        profile: Context and conventions of the workspace; the conversation's own context is laid over it.
        locale: How numeric dates are read and figures written (``en-US``).
    """
    steps: list[_Step] = []
    for event in standing(tuple(events)):
        if isinstance(event, happened.Edited):
            steps = _edited(steps, event, profile, locale)
        else:
            steps.append(_Step(event))
    state = _run(steps, profile, locale, _Tape())
    return replace(state, question=state.asking(today), day=today) if state.question is None else state


def _edited(steps: Sequence[_Step], edit: happened.Edited, profile: Profile, locale: str | None) -> list[_Step]:
    """The steps with one message replaced, and every later one tied to the question it answered."""
    at = next((n for n, step in enumerate(steps) if step.event.id == edit.replaces and _has_words(step.event)), None)
    if at is None:
        return list(steps)
    tape = _Tape()
    _run(steps, profile, locale, tape)
    out: list[_Step] = []
    for n, step in enumerate(steps):
        told = replace(
            step, bound=tape.slots.get(step.event.id, step.bound), metric=tape.metrics.get(step.event.id, step.metric)
        )
        if n == at:
            old = Message(id=step.event.id, role="manager", text=getattr(step.event, "text", ""), superseded=True)
            told = replace(told, event=_said_instead(step.event, edit), replaced=(*step.replaced, old))
        out.append(told)
    return out


def _has_words(event: happened.Event) -> bool:
    """Whether the event put words of the manager in the thread."""
    return isinstance(event, happened.Said) or (isinstance(event, happened.DraftEdited) and event.text is not None)


def _said_instead(event: happened.Event, edit: happened.Edited) -> happened.Event:
    """The event with the edit's words: an answer stays an answer, a wording of the goal stays one."""
    if isinstance(event, happened.DraftEdited):
        return event.model_copy(update={"id": edit.id, "day": edit.day, "text": edit.text})
    return happened.Said(id=edit.id, day=edit.day, text=edit.text)


def _run(steps: Sequence[_Step], profile: Profile, locale: str | None, tape: _Tape) -> State:
    state = State(profile=profile, language=LANGUAGES[0], locale=locale)
    for step in steps:
        state = replace(state, notices=(), day=step.event.day)
        tape.slots[step.event.id] = step.bound or (state.question.slot if state.question else None)
        tape.metrics[step.event.id] = state.goal.metric
        known = state.histories
        state = _started(_HANDLERS[type(step.event)](state, step))
        if state.histories is not known and step.bound is None:
            step = replace(step, answers=False)
        if not _is_silent(step.event):
            state = _spoken(_asked(state, step), step)
    return state


def _started(state: State) -> State:
    """The state with the baseline that a history knows: it is never asked."""
    if not state.histories or len(state.goals) != 1 or state.adopted:
        return state
    goal, sources = informed.started(state.goal, state.sources, state.history, state.day)
    if goal == state.goal and sources is state.sources:
        return state
    goal = settle(goal)
    spans = state.first.first.spans if state.first else {}
    first = state.first and state.first.model_copy(update={"components": (goal.model_copy(update={"spans": spans}),)})
    return replace(state, goals=(goal,), sources=sources, first=first)


def _is_silent(event: happened.Event) -> bool:
    """Whether nothing is answered to it: nobody did it, or it answers by itself."""
    return isinstance(event, _SILENT) or (isinstance(event, happened.HistoryGiven) and event.given == "crm")


def _asked(state: State, step: _Step) -> State:
    """The question that follows an event, counted; none follows a conversation that is over."""
    question = state.asking(step.event.day)
    standing = state.question
    if standing is not None and not step.answers and any(gap.slot == standing.slot for gap in state.gaps(state.day)):
        replies = question.replies if question is not None and question.slot == standing.slot else standing.replies
        return replace(state, question=standing.model_copy(update={"replies": replies}))
    if question is None:
        return replace(state, question=None)
    if (
        standing is not None
        and standing.slot == question.slot
        and not (step.answers and isinstance(step.event, happened.Said | happened.Skipped))
    ):
        return state  # nobody answered: the question still stands
    if not state.goals:
        return replace(state, question=question)  # until there is an ambition, asking for one is no question of ours
    decisive = any(gap.slot == question.slot and questions.is_decisive(gap) for gap in state.gaps(step.event.day))
    asked = state.asked
    counted = asked.model_copy(
        update={
            "times": {**asked.times, question.slot: question.asked},
            "context": asked.context + (not decisive and question.asked == 1),
            "first": None,
        }
    )
    return replace(state, question=question, asked=counted)


def _spoken(state: State, step: _Step) -> State:
    """The thread with the coach's line: what it noticed, and what it asks."""
    if not state.notices and state.question is None:
        return state
    line = Message(id=step.event.id, role="coach", text="", question=state.question, notices=state.notices)
    return replace(state, messages=(*state.messages, line))


# What the manager says


def _said(state: State, step: _Step) -> State:
    event = step.event
    assert isinstance(event, happened.Said)  # noqa: S101  # the table of handlers says so
    slot = step.bound or (state.question.slot if state.question else None)
    if state.adopted:
        return _thread(state, step, {}).noticing("adopted.closed")
    stale = step.bound in _ABOUT_FIGURES and step.metric != state.goal.metric
    heard = hear(event.text, _ear(state, event.day, slot), event.language)
    state = _thread(state, step, marks_of(heard.reading), superseded=stale)
    if stale:
        return state
    state = _speaking(state, event, heard)
    return _MEANINGS[heard.meaning](state, heard, event, slot)


def _ear(state: State, day: date, slot: Slot | None) -> Ear:
    conventions = state.profile.conventions
    goals = state.first.components if state.first is not None and len(state.goals) > 1 else state.goals
    start = state.sources.get("baseline")
    if start is not None and start.kind == "calibration":  # nobody said it: whoever says one is heard
        goals = tuple(goal.model_copy(update={"baseline": None, "baseline_unit": None}) for goal in goals)
    return Ear(
        day, state.language, state.locale, conventions.fiscal_year_start, conventions.currency, tuple(goals), slot
    )


def _thread(
    state: State, step: _Step, spans: Mapping[str, tuple[tuple[int, int], ...]], *, superseded: bool = False
) -> State:
    text = getattr(step.event, "text", "") or ""
    line = Message(id=step.event.id, role="manager", text=text, spans=dict(spans), superseded=superseded)
    return replace(state, messages=(*state.messages, *step.replaced, line))


def _speaking(state: State, event: happened.Said, heard: Heard) -> State:
    """The language of what follows: the one the message is clearly written in."""
    spoken = event.language or heard.reading.language
    if not state.messages[1:] and spoken not in (*LANGUAGES, "und"):
        return in_language(state, OTHERWISE)
    if spoken not in LANGUAGES or spoken == state.language:
        return state
    if not state.ambition:
        return in_language(state, spoken)
    clear = len(phrases.plain(event.text).split()) >= _CLEAR_WORDS and heard.reason not in ("injection", "gibberish")
    return (
        in_language(state, spoken).noticing("language.switched", language=spoken) if event.language or clear else state
    )


def _ambition(state: State, heard: Heard, event: happened.Said, slot: Slot | None) -> State:
    before = state
    state = _contextual(begin(state, heard.reading, event.id), heard, event)
    if not before.goals:
        return state
    due = before.sources.get("deadline")
    if due is not None and due.kind == "user" and state.goal.time_basis == "none" and len(state.goals) == 1:
        kept = {name: getattr(before.goal, name) for name in GROUPS["deadline"]}
        goal = state.goal.model_copy(update=kept)
        state = replace(state, goals=(goal,), first=None, sources={**state.sources, "deadline": due})
    return state.noticing("goal.replaced", old=before.goal.metric, new=state.goal.metric)


def _facts(state: State, heard: Heard, event: happened.Said, slot: Slot | None) -> State:
    before = state
    if heard.found != Component():
        state = merge(state, heard.found, event.text, event.id, offset=heard.offset, asked=slot)
    state = _contextual(state, heard, event)
    if heard.answers and slot is not None and slot in heard.context | {slot: None}:
        state = unanswered.settled(state, slot) if slot not in heard.context and state.goal == before.goal else state
    if not heard.answers and slot is not None:
        state = unanswered.misread(state, slot, silent=True)
    return state


def _contextual(state: State, heard: Heard, event: happened.Said) -> State:
    """The context with what was told laid over it, each fact with the message it comes from."""
    if not heard.context:
        return state
    context = state.context.model_copy(update=heard.context)
    quote = Source.said(event.id, (0, len(event.text)), event.text)
    sources = {**state.sources, **dict.fromkeys(heard.context, quote)}
    for name, value in heard.context.items():
        old = getattr(state.context, name)
        if old not in (None, (), value) and name in state.sources:
            state = state.noticing(f"replaced.{name}", old=old, new=value)
    unknowns = tuple(slot for slot in state.unknowns if slot not in heard.context)
    return replace(
        state, profile=state.profile.model_copy(update={"context": context}), sources=sources, unknowns=unknowns
    )


def _choice(state: State, heard: Heard, event: happened.Said, slot: Slot | None) -> State:
    """One of several goals; the others are for conversations of their own."""
    if heard.choice is None or state.first is None:
        return state
    chosen = state.first.components[heard.choice]
    one = state.first.model_copy(update={"components": (chosen,)})
    ambition = next((source.ref.split(":")[0] for source in state.sources.values() if source.kind == "user"), event.id)
    asked = state.asked
    return replace(begin(state, one, ambition), asked=asked).noticing("goal.one_at_a_time", n=len(state.goals))


def _history(state: State, heard: Heard, event: happened.Said, slot: Slot | None) -> State:
    """Past figures in a message: read, and told back; the question that stood stands."""
    return state if heard.history is None else _with_history(state, heard.history)


def _with_history(state: State, series: KpiSeries) -> State:
    state = replace(
        state,
        histories={**state.histories, series.metric: series},
        by_hand=state.by_hand | {series.metric},
        unknowns=tuple(slot for slot in state.unknowns if slot not in ("history", "baseline")),
        versions=UNWORDED,
        version=0,
    )
    if state.goals and series.metric != (state.goal.metric or "other"):
        return state.noticing("history.other_metric", metric={"key": f"metric.{series.metric}"})
    return state.noticing("history.given", **saying.read_back(series))


def _why(state: State, heard: Heard, event: happened.Said, slot: Slot | None) -> State:
    state = state.noticing("why", why={"key": f"question.{slot}.why"})
    return unanswered.misread(state, slot, silent=True) if slot else state


def _baseline_first(state: State, heard: Heard, event: happened.Said, slot: Slot | None) -> State:
    return replace(state, asked=state.asked.model_copy(update={"first": "baseline"}))


def _unmeasured(state: State, heard: Heard, event: happened.Said, slot: Slot | None) -> State:
    return unanswered.left_open(state, "baseline", notice=False).noticing("baseline.measure_first")


def _unread(state: State, heard: Heard, event: happened.Said, slot: Slot | None) -> State:
    """Nothing of it can be used: said kindly, and asked again, a few times at most."""
    if not state.goals:
        return replace(state, first=heard.reading, ambition="").noticing(f"non_goal.{heard.reason or 'unclear'}")
    state = state.noticing(f"unread.{heard.reason or 'unclear'}")
    return unanswered.misread(state, slot) if slot else state


_MEANINGS: Mapping[str, Callable[[State, Heard, happened.Said, Slot | None], State]] = {
    "ambition": _ambition,
    "facts": _facts,
    "choice": _choice,
    "unknown": lambda state, heard, event, slot: unanswered.unknown(state, slot),
    "unmeasured": _unmeasured,
    "skip": lambda state, heard, event, slot: unanswered.skip(state, slot),
    "skip_all": lambda state, heard, event, slot: unanswered.skip_all(state),
    "why": _why,
    "baseline_first": _baseline_first,
    "history": _history,
    "unread": _unread,
}


# What else happens


def _skipped(state: State, step: _Step) -> State:
    assert isinstance(step.event, happened.Skipped)  # noqa: S101
    return unanswered.skip(state, step.event.slot or (state.question.slot if state.question else None))


def _context_given(state: State, step: _Step) -> State:
    assert isinstance(step.event, happened.ContextGiven)  # noqa: S101
    blank = Context()
    told = {name: value for name, value in step.event.context if value != getattr(blank, name)}
    context = state.context.model_copy(update=told)
    quote = Source(kind="user", ref=step.event.id, code="form")
    sources = {**state.sources, **dict.fromkeys(told, quote)}
    profile = state.profile.model_copy(update={"context": context})
    return replace(state, profile=profile, sources=sources, versions=UNWORDED, version=0)


def _history_given(state: State, step: _Step) -> State:
    assert isinstance(step.event, happened.HistoryGiven)  # noqa: S101
    series = step.event.series
    if step.event.given == "crm":  # known without anyone's act; what the manager gave by hand goes first
        known = state.histories if series.metric in state.by_hand else {**state.histories, series.metric: series}
        return replace(state, histories=known)
    return _with_history(state, series)


def _language_chosen(state: State, step: _Step) -> State:
    assert isinstance(step.event, happened.LanguageChosen)  # noqa: S101
    return in_language(state, step.event.language) if step.event.language in LANGUAGES else state


def _asked_so(state: State, step: _Step) -> State:
    """The question as a model worded it, when it is still the one that stands."""
    assert isinstance(step.event, happened.Asked)  # noqa: S101
    asked = step.event.question
    if state.question is None or state.question.slot != asked.slot:
        return state
    return _reworded(state, asked)


def _drafts_proposed(state: State, step: _Step) -> State:
    assert isinstance(step.event, happened.DraftsProposed)  # noqa: S101
    versions = (*state.versions[: state.version], step.event.drafts, *state.versions[state.version + 1 :])
    return replace(state, versions=versions, chosen=None)


def _regenerated(state: State, step: _Step) -> State:
    return replace(state, versions=(*state.versions, ()), version=len(state.versions), chosen=None)


def _browsed(state: State, step: _Step) -> State:
    assert isinstance(step.event, happened.Browsed)  # noqa: S101
    known = step.event.version < len(state.versions)
    return replace(state, version=step.event.version, chosen=None) if known else state


def _pointed(state: State, step: _Step) -> State:
    """What a second reader pointed at, as far as our rules read it so, among the replies of its question."""
    event = step.event
    assert isinstance(event, happened.Pointed)  # noqa: S101
    said = next((line for line in state.messages if line.id == event.of and line.role == "manager"), None)
    if said is None or said.superseded:
        return state
    offers = dict(state.offers)
    for pointer in event.pointers:
        made = pointing.reply(pointer, said.text, _ear(state, event.day, pointer.slot))
        if made is not None and not any(pointing.same(made, one) for one in offers.get(pointer.slot, ())):
            offers[pointer.slot] = (*offers.get(pointer.slot, ()), made)
    state = replace(state, offers=offers)
    return _reworded(state, state.offering(state.question)) if state.question is not None else state


def _reworded(state: State, question: Question) -> State:
    """The same question in other words, or with other replies, in the thread too."""
    messages = tuple(
        line.model_copy(update={"question": question}) if line is state.messages[-1] and line.role == "coach" else line
        for line in state.messages
    )
    return replace(state, question=question, messages=messages)


def _chose(state: State, step: _Step) -> State:
    assert isinstance(step.event, happened.Chose)  # noqa: S101
    return replace(state, chosen=step.event.index)


def _adopted(state: State, step: _Step) -> State:
    assert isinstance(step.event, happened.Adopted)  # noqa: S101
    return replace(state, chosen=step.event.index, adopted=True, question=None)


def _draft_edited(state: State, step: _Step) -> State:
    """The goal rewritten by hand, or single facts of it from a form, each read as an answer to its own slot."""
    event = step.event
    assert isinstance(event, happened.DraftEdited)  # noqa: S101
    if state.adopted or not (event.text or event.fields):
        return state.noticing("adopted.closed") if state.adopted else state
    if event.text:
        reading = _ear(state, event.day, None).read(event.text, state.language)
        if reading.kind != "goal" or not reading.components:
            return _thread(state, step, {}).noticing(f"unread.{reading.non_goal_kind or 'unclear'}")
        ambition, asked = state.ambition, state.asked
        state = begin(
            _thread(state, step, marks_of(reading)),
            reading.model_copy(update={"components": reading.components[:1]}),
            event.id,
        )
        return replace(state, ambition=ambition, asked=asked, wording=event.text, done=True)
    for slot, typed in event.fields.items():
        said = happened.Said(id=event.id, day=event.day, text=typed)
        state = _MEANINGS[(heard := hear(typed, _ear(state, event.day, slot))).meaning](state, heard, said, slot)
    return state


_HANDLERS: Mapping[type, Callable[[State, _Step], State]] = {
    happened.Said: _said,
    happened.Skipped: _skipped,
    happened.SkippedAll: lambda state, step: unanswered.skip_all(state),
    happened.ContextGiven: _context_given,
    happened.HistoryGiven: _history_given,
    happened.LanguageChosen: _language_chosen,
    happened.Asked: _asked_so,
    happened.DraftsProposed: _drafts_proposed,
    happened.Pointed: _pointed,
    happened.Regenerated: _regenerated,
    happened.Browsed: _browsed,
    happened.Chose: _chose,
    happened.DraftEdited: _draft_edited,
    happened.Adopted: _adopted,
}
_SILENT = (
    happened.Asked,
    happened.DraftsProposed,
    happened.Pointed,
    happened.Regenerated,
    happened.Browsed,
    happened.Chose,
    happened.Adopted,
)
