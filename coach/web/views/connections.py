"""What the pages of connections show: state, scopes KPI by KPI, mapping, readings, plugins."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from babel.dates import format_datetime, format_timedelta

from coach.core import kpis, rendering
from coach.core.model.records import Mapping as Words
from coach.plugins import Ability, Ask
from coach.plugins.manager import Listed
from coach.service import connections
from coach.service.connections import Connection
from coach.service.syncs import SyncRun
from coach.web.texts import Translate, known, metric

TONES = {"ok": "pass", "degraded": "warn", "needs_reconnect": "fail", "unavailable": "warn"}
RUN_TONES = {"queued": "accent", "running": "accent", "done": "pass", "partial": "warn", "failed": "fail"}
LEVELS = {"exact": "pass", "convention": "pass", "proxy": "warn", "none": ""}
KINDS: Mapping[str, str] = {
    "qualified_stages": "stage", "demo_stages": "stage", "quote_stages": "stage", "renewal_pipelines": "pipeline",
    "meeting_types": "activity_type", "call_types": "activity_type", "qualified_types": "activity_type",
    "sent_types": "activity_type", "reply_types": "activity_type", "connected_outcomes": "outcome",
}  # fmt: skip
PLAIN = 9_999


@dataclass(frozen=True)
class AbilityView:
    """How well one KPI can be counted, and what an administrator could add."""

    name: str
    level: str
    tone: str
    missing: str


@dataclass(frozen=True)
class ChoiceView:
    """One stage, type or outcome that a field of the mapping may hold."""

    id: str
    label: str
    chosen: bool
    suggested: bool


@dataclass(frozen=True)
class FieldView:
    """One field of the mapping, and what it may hold."""

    name: str
    label: str
    choices: tuple[ChoiceView, ...]


@dataclass(frozen=True)
class RunView:
    """One reading: where it stands, what came of it, entity by entity, and why not more."""

    id: str
    status: str
    tone: str
    live: bool
    when: str
    took: str
    now: str
    rows: tuple[tuple[str, ...], ...]
    reasons: tuple[str, ...]
    done: int
    total: int


@dataclass(frozen=True)
class ConnectionView:
    """A connection, ready to show."""

    id: str
    label: str
    connector: str
    title: str
    state: str
    tone: str
    problem: str
    remedy: str
    account: str
    read: str
    reconnect: bool
    synthetic: bool
    notes: tuple[str, ...]
    abilities: tuple[AbilityView, ...]
    counted: int
    version: int


def connection(value: Connection, title: str, t: Translate, language: str, now: dt.datetime) -> ConnectionView:
    """See :class:`ConnectionView`."""
    problem = value.problem
    abilities = tuple(_abilities(value, t, language))
    account = value.account
    place = (account.name or account.id, account.currency, account.time_zone) if account else ()
    return ConnectionView(
        id=value.id,
        label=value.label,
        connector=value.connector,
        title=title,
        state=known(language, f"connection.state.{value.state}"),
        tone=TONES[value.state],
        problem=(known(language, f"sync.problem.{problem.code}") or problem.message) if problem else "",
        remedy=problem.remedy if problem and language == "en" else "",
        account=" · ".join(place),
        read=t("connections.read_ago", ago=ago(value.synced_at, now, language))
        if value.synced_at
        else t("connections.never"),
        reconnect=value.state == "needs_reconnect",
        synthetic=value.synthetic,
        notes=tuple(known(language, f"connection.note.{note}") or note for note in value.notes),
        abilities=abilities,
        counted=sum(one.level != "none" for one in value.abilities),
        version=value.version,
    )


def _abilities(value: Connection, t: Translate, language: str) -> Iterable[AbilityView]:
    levels, known_kpis = list(LEVELS), list(kpis.KPIS)

    def weight(one: Ability) -> tuple[int, int]:
        return levels.index(one.level), known_kpis.index(one.metric) if one.metric in known_kpis else PLAIN

    for one in sorted(value.abilities, key=weight):
        yield AbilityView(
            name=capital(metric(one.metric, language)),
            level=known(language, f"connection.level.{one.level}"),
            tone=LEVELS[one.level],
            missing=t("connections.missing", scopes=", ".join(one.missing)) if one.missing else "",
        )


def fields(value: Connection, language: str) -> tuple[FieldView, ...]:
    """The fields of the mapping that the account has choices for."""
    held = value.mapping.model_dump()
    found = []
    for name, kind in KINDS.items():
        choices = [one for one in value.choices if one.kind == kind]
        if name in held and choices:
            shown = tuple(ChoiceView(one.id, one.label, one.id in held[name], one.suggests == name) for one in choices)
            found.append(FieldView(name, known(language, f"mapping.{name}"), shown))
    return tuple(found)


def mapping(value: Connection, sent: Sequence[tuple[str, str]], qualified_by: str) -> Words:
    """The mapping that the form gives; what the account has no choices for stays as it was."""
    shown = {one.name for one in fields(value, "en")}
    allowed = {(name, one.id) for name in shown for one in value.choices if one.kind == KINDS[name]}
    picked: dict[str, list[str]] = {name: [] for name in shown}
    for key, _ in sent:
        name, _, id = key.partition(".")
        if (name, id) in allowed:
            picked[name].append(id)
    by = {"qualified_by": qualified_by} if qualified_by in ("deal", "type") else {}
    return Words.model_validate({**value.mapping.model_dump(), **picked, **by})


def run(value: SyncRun, entities: int, t: Translate, language: str, zone: dt.tzinfo | None) -> RunView:
    """See :class:`RunView`; ``entities`` is how many kinds of records a whole reading takes."""
    live = value.status in ("queued", "running")
    rows = tuple(
        (known(language, f"entity.{name}"), *(rendering.number(n, language) for n in (one.read, one.new, one.changed, one.deleted)))
        for name, one in value.counts.items()
    )  # fmt: skip
    reasons = [
        t("sync.skipped", entity=known(language, f"entity.{name}"), why=_why(found, language))
        for name, found in value.skipped.items()
    ]
    if value.problem:
        reasons.insert(0, _why(value.problem, language))
    if value.doubts:
        reasons.append(
            t("sync.doubts", count=rendering.number(sum(one.doubts for one in value.counts.values()), language))
        )
    now = known(language, f"entity.{value.entity}") if live and value.entity else ""
    return RunView(
        id=value.id,
        status=known(language, f"sync.status.{value.status}"),
        tone=RUN_TONES[value.status],
        live=live,
        when=moment(value.created_at, language, zone),
        took=_took(value, language),
        now=t("sync.now", entity=now) if now else "",
        rows=rows,
        reasons=tuple(reasons),
        done=min(len(value.counts), entities) if live else entities,
        total=max(1, entities),
    )


def _why(found: connections.Problem, language: str) -> str:
    return known(language, f"sync.problem.{found.code}") or found.message


def _took(value: SyncRun, language: str) -> str:
    if value.started_at is None or value.finished_at is None:
        return ""
    seconds = max(1, round((value.finished_at - value.started_at).total_seconds()))
    return rendering.typography(format_timedelta(dt.timedelta(seconds=seconds), locale=language, threshold=2), language)


def ago(at: dt.datetime, now: dt.datetime, language: str) -> str:
    """How long ago, as "il y a 2 heures"."""
    return rendering.typography(format_timedelta(at - now, add_direction=True, locale=language), language)


def moment(at: dt.datetime, language: str, zone: dt.tzinfo | None) -> str:
    """A day and an hour where the reader is."""
    return rendering.typography(format_datetime(at.astimezone(zone), "short", locale=language), language)


def capital(text: str) -> str:
    """The text with a capital first."""
    return text[:1].upper() + text[1:]


@dataclass(frozen=True)
class AskView:
    """One setting the form asks for."""

    name: str
    label: str
    hint: str
    secret: bool
    required: bool


def asks(found: Iterable[Ask], language: str, *, sign_in: bool) -> tuple[AskView, ...]:
    """The settings asked to connect with a key, or to sign in with the CRM."""
    wanted = [one for one in found if one.sign_in is sign_in]
    return tuple(
        AskView(one.name, _in(one.label, language), _in(one.hint, language), one.secret, one.required) for one in wanted
    )


def _in(words: Mapping[str, str], language: str) -> str:
    return words.get(language) or words.get("en", "")


@dataclass(frozen=True)
class PluginView:
    """A plugin as the page lists it."""

    name: str
    version: str
    origin: str
    offers: str
    problem: str


def plugin(one: Listed, t: Translate) -> PluginView:
    """See :class:`PluginView`."""
    built_in = one.origin == "built in"
    kinds = [offer.split(" ", 1) for offer in one.offers]
    offers = ", ".join(t(f"plugins.kind.{kind}", name=name) for kind, name in kinds)
    return PluginView(
        one.name, one.version, t("plugins.built_in") if built_in else one.origin, offers, one.problem or ""
    )
