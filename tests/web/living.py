"""A team whose goals live: some on track, some late, one that nobody looks at, one contested, one that ended."""

import asyncio
import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from coach import service
from coach.core.model.kpi import KpiPoint, KpiSeries
from coach.service import GoalChange, NewCheckIn, connections, goals, kpis, people, reviews, syncs, voices
from coach.service.values import NewRemark, NewReview
from coach.settings import Settings
from tests.web.conftest import NOON

TEXTS = {
    "fr": (
        "Obtenir 30 rendez-vous qualifiés avec des directeurs informatiques de PME d’ici le 30 juin 2026",
        "Réaliser 150 000 € de chiffre d’affaires additionnel auprès des clients existants d’ici le 30 juin 2026",
        "Passer de 18 % à 25 % de taux de closing sur les opportunités qualifiées d’ici le 30 juin 2026",
        "Signer 12 contrats de maintenance avec des cliniques d’ici le 31 mai 2026",
        "Signer 8 contrats avec des hôtels indépendants d’ici le 31 mars 2026",
    ),
    "en": (
        "Get 30 qualified meetings with IT directors of small firms by 30 June 2026",
        "Bring in €150,000 of additional revenue from existing customers by 30 June 2026",
        "Raise the closing rate on qualified opportunities from 18% to 25% by 30 June 2026",
        "Win 12 maintenance contracts with clinics by 31 May 2026",
        "Win 8 contracts with independent hotels by 31 March 2026",
    ),
}
WORDS = {
    "fr": (
        "salon de Lyon",
        "deux devis en attente",
        "un poste vacant",
        "Le second semestre pèse plus.",
        "Les salons paient.",
    ),
    "en": ("trade fair", "two quotes pending", "one vacancy", "The second half weighs more.", "Fairs pay."),
}
WEIGHTS = (6, 7, 9, 9, 10, 10, 6, 4, 10, 12, 13, 14)


@dataclass
class Clock:
    """Stands still until it is moved."""

    moment: dt.datetime = NOON

    def __call__(self) -> dt.datetime:
        return self.moment

    def day(self, year: int, month: int, day: int) -> None:
        self.moment = dt.datetime(year, month, day, 12, tzinfo=dt.UTC)


def team(home: Path, clock: Clock, language: str = "fr") -> list[str]:
    """A home with the team in it, as it stands on 20 April 2026; gives the goals' ids."""
    with ThreadPoolExecutor(1) as apart:  # a browser's own loop may be running in this thread
        return apart.submit(lambda: asyncio.run(_team(home, clock, language))).result()


def history(metric: str, values=WEIGHTS * 3, unit: str = "count") -> KpiSeries:
    months = [(year, month) for year in (2023, 2024, 2025) for month in range(1, 13)]
    points = [
        KpiPoint(start=dt.date(y, m, 1), end=dt.date(y + m // 12, m % 12 + 1, 1), value=value)
        for (y, m), value in zip(months, values, strict=True)
    ]
    return KpiSeries(metric=metric, unit=unit, grain="month", points=tuple(points))


async def _team(home: Path, clock: Clock, language: str) -> list[str]:
    fair, quotes, vacancy, objection, learnt = WORDS[language]
    async with service.opened(Settings(home=home, time_zone="Europe/Paris"), clock) as coach:
        me = await people.owner(coach, language)
        await kpis.type_in(coach, me, history("qualified_meetings"))
        made = [(await goals.create(coach, me, text, language=language)).id for text in TEXTS[language]]
        meetings, upsell, closing, silent, hotels = made
        names = (
            (meetings, "Karim B."),
            (upsell, "Léa M."),
            (closing, "Léa M."),
            (silent, "Zoé T."),
            (hotels, "Karim B."),
        )
        for id, name in names:
            await goals.change(coach, me, id, GoalChange(lead=name, team="Nord" if "K" in name else "Sud"))
        strategy = {"fr": "gagner le marché des PME", "en": "win the small-firm market"}[language]
        parts = [{"name": "Karim", "target": 18}, {"name": "Ali", "target": 12}]
        change = GoalChange.model_validate({"strategy": strategy, "split": parts, "parent_id": upsell})
        await goals.change(coach, me, meetings, change)

        async def look(id: str, month: int, day: int, value: float, **more: str) -> None:
            clock.day(2026, month, day)
            await goals.check_in(coach, me, id, NewCheckIn.model_validate({"value": value, **more}))

        for month, day, value in ((1, 29, 2), (2, 12, 5), (2, 26, 7), (3, 12, 10), (3, 26, 12), (4, 16, 14)):
            await look(meetings, month, day, value, confidence="medium", comment=fair if value == 10 else "")
        for month, day, value in ((2, 15, 11_000), (3, 15, 24_000), (4, 12, 31_500)):
            await look(upsell, month, day, value, confidence="high", comment=quotes if value > 30_000 else "")
        for month, day, value in ((2, 15, 19.5), (3, 15, 22), (4, 15, 23.6)):
            await look(closing, month, day, value, confidence="high")
        await look(silent, 2, 10, 3)
        for month, day, value in ((2, 1, 3), (3, 1, 6), (3, 20, 8)):
            await look(hotels, month, day, value)
        clock.day(2026, 3, 2)
        await goals.change(coach, me, upsell, GoalChange(target=140_000, reason=vacancy))
        clock.day(2026, 4, 3)
        await reviews.close(coach, me, hotels, NewReview(outcome="reached", learnt=learnt))
        await voices.say(coach, me, upsell, NewRemark(kind="contest", author="Léa M.", text=objection))
        await voices.say(coach, me, meetings, NewRemark(kind="commit", author="Karim B."))
        clock.day(2026, 4, 20)
        return made


def read_crms(home: Path, clock: Clock, *, demo: dict[str, int] | None = None) -> None:
    """Read every connection of the home, as the server's worker would; ``demo`` connects an invented team first."""
    with ThreadPoolExecutor(1) as apart:
        apart.submit(lambda: asyncio.run(_read_crms(home, clock, demo))).result()


async def _read_crms(home: Path, clock: Clock, demo: dict[str, int] | None) -> None:
    async with service.opened(Settings(home=home, time_zone="Europe/Paris"), clock) as coach:
        me = await people.owner(coach, "fr")
        if demo is not None:
            await connections.connect(coach, me, "demo", demo)
        for connection in await connections.every(coach, me):
            run = await syncs.start(coach, me, connection.id)
            done = await syncs.run(coach, me.workspace_id, run.id)
            assert done.status == "done", done
