"""``coach sync``: read the CRMs, with progress on a terminal and none in a pipe."""

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.padding import Padding
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.text import Text as Rich

from coach import service
from coach.cli import show
from coach.cli.connecting import named
from coach.service import connections, people, syncs
from coach.service.connections import Connection
from coach.service.syncs import SyncRun
from coach.settings import Settings
from coach.wording import Catalogue, catalogue


def run(chosen: list[str], *, language: str | None, as_json: bool) -> bool:
    """Read the chosen connections, all of them by default; whether every one could be read."""
    settings = Settings.from_environment()
    words = catalogue(language or settings.language)
    ended = asyncio.run(_read(settings, chosen, words, silent=as_json))
    if as_json:
        print(json.dumps([one.model_dump(mode="json") for one in ended], ensure_ascii=False, indent=2))
    elif not ended:
        show.say(words.gettext("cli.crm.nothing_to_read"))
    return all(one.status in ("done", "partial") for one in ended)


async def _read(settings: Settings, chosen: list[str], words: Catalogue, *, silent: bool) -> list[SyncRun]:
    ended = []
    async with service.opened(settings) as coach:
        actor = await people.owner(coach)
        every = await connections.every(coach, actor)
        wanted = [await named(coach, actor, name) for name in chosen] or list(every)
        for connection in wanted:
            queued = await syncs.queue(coach, actor.workspace_id, connection.id, "manual")
            with _told(connection, words, silent=silent) as progress:
                found = await syncs.run(coach, actor.workspace_id, queued.id, progress=progress)
            ended.append(found)
            if not silent:
                _sum_up(connection, found, words)
    return ended


@contextmanager
def _told(connection: Connection, words: Catalogue, *, silent: bool) -> Iterator[Callable[[SyncRun], None]]:
    """A line that moves with each page; on a terminal only."""
    if silent or not show.console.is_terminal:
        yield lambda run: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(24), TextColumn("{task.fields[read]}"))
    with Progress(*columns, TimeElapsedColumn(), console=show.console, transient=True) as bar:
        task = bar.add_task(connection.label, total=None, read="")

        def moved(run: SyncRun) -> None:
            entity = words.gettext(f"entity.{run.entity}") if run.entity else ""
            read = sum(one.read for one in run.counts.values())
            bar.update(task, description=f"{connection.label} · {entity}", read=words.render(float(read)))

        yield moved


def _sum_up(connection: Connection, run: SyncRun, words: Catalogue) -> None:
    totals = {
        name: sum(getattr(one, name) for one in run.counts.values()) for name in ("read", "new", "changed", "deleted")
    }
    status = words.gettext(f"sync.status.{run.status}")
    line = Rich.assemble((connection.label, "bold"), f"  {status}  ", words.gettext("cli.crm.counts", **totals))
    show.console.print(Padding(line, (0, 2)))
    for entity, problem in run.skipped.items():
        show.console.print(
            Padding(
                Rich(f"{words.gettext(f'entity.{entity}')}: {problem.message} {problem.remedy}", style="yellow"), (0, 4)
            )
        )
    if run.problem is not None:
        said = words.find(f"sync.problem.{run.problem.code}") or run.problem.message
        show.console.print(Padding(Rich(f"{said} {run.problem.remedy}", style="yellow"), (0, 4)))
    for doubt in run.doubts[:5]:
        show.console.print(Padding(Rich(doubt, style="dim"), (0, 4)))
