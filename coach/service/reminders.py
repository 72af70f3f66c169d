"""Telling people in time: a check-in is due, a goal will probably be missed, and once a week how all of them stand.

Each due date, alert and week is told once per outlet, however often this runs and wherever: what is about to be sent is
claimed first, and given back when it could not be.
"""

import datetime as dt
import logging
from dataclasses import dataclass, field

from coach.core import rendering
from coach.core.model.base import Value
from coach.errors import CoachError
from coach.plugins.offers import Notification
from coach.service import boards, jobs, links, outlets, people, telling
from coach.service.coach import Coach
from coach.service.values import Actor, Language
from coach.store.rows import Row
from coach.store.store import EVERYWHERE
from coach.wording import Catalogue

DIGEST_UNTIL = 2  # a digest that Monday could not send may still leave until Wednesday
_CLAIM_LASTS = dt.timedelta(hours=1)
_LISTED = 20
_log = logging.getLogger(__name__)


class Preview(Value):
    """What an outlet would send today: a reminder, and the weekly digest."""

    reminder: Notification
    digest: Notification
    due: int  # how many check-ins the reminder is about; 0: it shows an example


@dataclass
class Sent:
    """What one run has done."""

    messages: int = 0
    failed: int = 0
    keys: list[str] = field(default_factory=list)


async def preview(coach: Coach, actor: Actor, id: str) -> Preview:
    """What the outlet would send now; seeing it is what allows switching it on."""
    outlet = await outlets.get(coach, actor, id)
    reader = actor.model_copy(update={"language": outlet.language})
    board = await boards.board(coach, reader)
    due = [row for row in board.rows if _due(row, board.today)]
    shown = due or [row for row in board.rows if boards.next_check_in(row)][:1]
    await outlets.seen(coach, actor, id)
    return Preview(
        reminder=reminder(shown, board.today, outlet.language, coach.settings.public_url),
        digest=digest(board, outlet.language, coach.settings.public_url),
        due=len(due),
    )


async def test(coach: Coach, actor: Actor, id: str) -> outlets.Outlet:
    """Send the outlet a word now, on a person's demand.

    Raises:
        ServiceError: It could not be delivered; why is kept with the outlet.
    """
    async with coach.store.read(actor.workspace_id) as unit:
        row = await unit.outlets.get(id)
    words = Catalogue(row["language"])
    if row["kind"] != "leads":
        said = Notification(
            subject=words.gettext("notify.test.subject"), text=words.gettext("notify.test.text"), language=row["language"],
            link=_link(coach.settings.public_url, "/team"),
        )  # fmt: skip
        await outlets.deliver(coach, actor.workspace_id, row, said)
    return await outlets.get(coach, actor, id)


async def run(coach: Coach, workspace_id: str | None = None) -> Sent:
    """Send what is due today and was not sent yet, in one workspace or in all."""
    sent = Sent()
    async with coach.store.read(EVERYWHERE) as unit:
        on = await unit.outlets.on(workspace_id)
    for row in on:
        actor = await people.anyone(coach, row["workspace_id"], row["language"])
        board = await boards.board(coach, actor)
        if row["reminders"]:
            await _remind(coach, actor, row, board, sent)
        if row["digest"] and board.today.weekday() <= DIGEST_UNTIL and board.rows:
            year, week, _ = board.today.isocalendar()
            key = f"digest:{row['id']}:{year}-W{week:02}"
            said = digest(board, row["language"], coach.settings.public_url)
            if row["kind"] != "leads":
                await _once(coach, row, [key], said, sent)
    return sent


async def _remind(coach: Coach, actor: Actor, row: Row, board: boards.Board, sent: Sent) -> None:
    """One message on every goal that is due or alarming; to leads, one each."""
    wanted = {
        key: one
        for one in board.rows
        for key in _keys(row["id"], one, board.today)
    }  # fmt: skip
    if row["kind"] != "leads":
        await _remind_of(coach, actor, row, board.today, wanted, sent, to="")
        return
    for address in sorted({one.goal.lead_email for one in wanted.values() if one.goal.lead_email}):
        theirs = {key: one for key, one in wanted.items() if one.goal.lead_email == address}
        await _remind_of(coach, actor, row, board.today, theirs, sent, to=address)


def _keys(outlet: str, row: boards.Row, today: dt.date) -> list[str]:
    keys = []
    if _due(row, today):
        keys.append(f"look:{outlet}:{row.goal.id}:{boards.next_check_in(row)}")
    if row.progress.outlook is not None and row.progress.outlook.alert:
        keys.append(f"alert:{outlet}:{row.goal.id}:{today:%Y-%m}")
    return keys


def _due(row: boards.Row, today: dt.date) -> bool:
    day = boards.next_check_in(row)
    return day is not None and day <= today


async def _remind_of(
    coach: Coach, actor: Actor, row: Row, today: dt.date, wanted: dict[str, boards.Row], sent: Sent, *, to: str
) -> None:
    claimed = [key for key in wanted if await _claim(coach, row["workspace_id"], key)]
    if not claimed:
        return
    about = list({wanted[key].goal.id: wanted[key] for key in claimed}.values())
    ways = {}
    if coach.settings.public_url and row["kind"] in ("leads", "email"):
        for each in about:
            if _due(each, today):
                made = await links.create(coach, actor, each.goal.id, name=each.goal.lead or "")
                ways[each.goal.id] = coach.settings.public_url.rstrip("/") + made.path
    said = reminder(about, today, row["language"], coach.settings.public_url, ways)
    await _send(coach, row, claimed, said.model_copy(update={"to": to}), sent)


async def _once(coach: Coach, row: Row, keys: list[str], said: Notification, sent: Sent) -> None:
    claimed = [key for key in keys if await _claim(coach, row["workspace_id"], key)]
    if claimed:
        await _send(coach, row, claimed, said, sent)


async def _claim(coach: Coach, workspace_id: str, key: str) -> bool:
    async with coach.store.write(workspace_id) as unit:
        return await unit.outlets.claim(key, coach.now(), again_before=coach.now() - _CLAIM_LASTS)


async def _send(coach: Coach, row: Row, keys: list[str], said: Notification, sent: Sent) -> None:
    try:
        await outlets.deliver(coach, row["workspace_id"], row, said)
    except CoachError as wrong:  # one that fails must not silence the others
        _log.warning("outlet %s did not deliver: %s", row["id"], wrong.message)
        sent.failed += 1
        await _settle(coach, row["workspace_id"], keys, delivered=False)
        return
    sent.messages += 1
    sent.keys += keys
    await _settle(coach, row["workspace_id"], keys, delivered=True)


async def _settle(coach: Coach, workspace_id: str, keys: list[str], *, delivered: bool) -> None:
    async with coach.store.write(workspace_id) as unit:
        for key in keys:
            await (unit.outlets.sent(key, coach.now()) if delivered else unit.outlets.release(key))


def reminder(
    rows: list[boards.Row], today: dt.date, language: Language, address: str = "", ways: dict[str, str] | None = None
) -> Notification:
    """The message on goals that are due or alarming, each with its way in where there is one."""
    words = Catalogue(language)
    parts = [words.gettext("notify.reminder.lead")]
    for row in rows[:_LISTED]:
        parts.append("\n".join(_said(row, today, language, words, (ways or {}).get(row.goal.id, ""))))
    parts.append(words.gettext("notify.foot"))
    subject = words.gettext("notify.reminder.subject", n=len(rows), count=len(rows))
    return Notification(subject=subject, text="\n\n".join(parts), language=language, link=_link(address, "/team"))


def _said(row: boards.Row, today: dt.date, language: Language, words: Catalogue, way: str) -> list[str]:
    told, due = row.progress.sentences, boards.next_check_in(row)
    lines = [f"• {telling.statement(row.goal)}"]
    if due is not None and due <= today:
        lines.append(words.gettext("notify.due", day=due))
    lines += [f"{told[name]}." for name in ("alert", "actual", "gap") if name in told]
    if way:
        lines.append(words.gettext("notify.way", link=way))
    return lines


def digest(board: boards.Board, language: Language, address: str = "") -> Notification:
    """The week's message: how many goals stand where, and each that needs someone."""
    words = Catalogue(language)
    total = sum(board.counts.values())
    counts = [f"{count} {words.gettext(f'follow.state.{name}')}" for name, count in sorted(board.counts.items())]
    parts = [words.gettext("notify.digest.lead", n=total, count=total, listed=rendering.listing(counts, language))]
    for row in boards.to_do(board)[:_LISTED]:
        told = row.progress.sentences
        lines = [f"• {words.gettext(f'board.status.{row.status}')} – {telling.statement(row.goal)}"]
        if row.goal.lead:
            lines[0] += f" ({row.goal.lead})"
        lines += [f"{told[name]}." for name in ("actual", "gap", "cause", "correction") if name in told]
        parts.append("\n".join(lines))
    if len(parts) == 1:
        parts.append(words.gettext("notify.digest.fine"))
    parts.append(words.gettext("notify.foot"))
    subject = words.gettext("notify.digest.subject", day=board.today)
    return Notification(subject=subject, text="\n\n".join(parts), language=language, link=_link(address, "/team"))


def _link(address: str, path: str) -> str | None:
    return f"{address.rstrip('/')}{path}" if address else None


@jobs.scheduled("reminders", cron="5 7 * * *")
async def every_morning(coach: Coach, at: dt.datetime) -> None:
    """Reminders each day, the digest at the start of the week."""
    await run(coach)
