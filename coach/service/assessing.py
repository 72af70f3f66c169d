"""The instant check and one-shot drafts: no database, no model needed."""

import datetime as dt
from collections import OrderedDict
from types import MappingProxyType

from coach import flow, wording
from coach.core.model import Assessment, Draft, Profile
from coach.entrance import storable
from coach.service import house, pasts


def assess(
    text: str,
    *,
    today: dt.date,
    language: str | None = None,
    locale: str | None = None,
    profile: Profile = Profile(),  # noqa: B008  (frozen)
    speak: str | None = None,
    history: str | None = None,
    rules: house.Rules = MappingProxyType({}),
) -> Assessment:
    """What is SMART about the text and what is not, worded in ``speak``, else in the text's own language.

    ``history``: past figures of what the text counts, pasted or from a file. ``rules``: those of the house, from plugins.

    Raises:
        BadInput: The text is empty, too long, or holds what cannot be stored; or the history cannot be read.
    """
    assessment = flow.check(storable(text), today=today, language=language, locale=locale, profile=profile)
    if history is not None:
        past = pasts.read(history, metric=assessment.reading.first.metric, today=today)
        assessment = flow.check(text, today=today, language=language, locale=locale, profile=profile, history=past)
    told = speak or assessment.reading.language
    return wording.word(house.judged(assessment, rules, profile, told), told)


_KEPT, _WORTH_KEEPING = 1024, 2_000  # judgements kept, and characters of a text whose judgement is
_judged: OrderedDict[tuple[object, ...], tuple[Profile, bytes]] = OrderedDict()


def assessed_json(
    text: str,
    *,
    today: dt.date,
    language: str | None,
    locale: str | None,
    profile: Profile,
    rules: house.Rules = MappingProxyType({}),
) -> bytes:
    """``assess`` as JSON. A form that re-checks, or a CRM card opened twice, asks the same again: recent answers are kept."""
    key = (text, today, language, locale, *rules)
    known = _judged.get(key)
    if known is not None and known[0] == profile:
        _judged.move_to_end(key)
        return known[1]
    assessment = assess(text, today=today, language=language, locale=locale, profile=profile, rules=rules)
    body = assessment.model_dump_json().encode()
    if len(text) <= _WORTH_KEEPING:
        _judged[key] = (profile, body)
        while len(_judged) > _KEPT:
            _judged.popitem(last=False)
    return body


def draft(
    text: str,
    *,
    today: dt.date,
    language: str | None = None,
    locale: str | None = None,
    profile: Profile = Profile(),  # noqa: B008  (frozen)
    speak: str | None = None,
    history: str | None = None,
) -> tuple[Draft, ...]:
    """Goals drafted from the text alone, best first; none when it holds nothing to draft from.

    With past figures in ``history``, as prudent, balanced and ambitious, each with its chance. Raises as ``assess``.
    """
    past = None
    if history is not None:
        read = flow.check(storable(text), today=today, language=language, locale=locale, profile=profile).reading
        past = pasts.read(history, metric=read.first.metric, today=today)
    drafts = flow.draft(storable(text), today=today, language=language, locale=locale, profile=profile, history=past)
    return tuple(wording.word(draft, speak or draft.language) for draft in drafts)
