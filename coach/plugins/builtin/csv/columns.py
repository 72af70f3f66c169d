"""What each column seems to hold: guessed from its title, shown to the manager, theirs to correct."""

import datetime as dt
from collections.abc import Mapping
from typing import Literal

from coach.core.facts import reading
from coach.core.kpis import known
from coach.core.lexicon import LANGUAGES
from coach.core.model.base import Value
from coach.errors import BadInput
from coach.plugins.builtin.csv import cells
from coach.plugins.builtin.csv.table import Table

ANY_DAY = dt.date(2026, 1, 1)  # no period is looked for in a title
Shape = Literal["figures", "deals"]
TITLES: Mapping[str, tuple[str, ...]] = {
    "id": ("id", "record id", "identifiant", "reference", "ref", "deal id", "no", "numero"),
    "period": ("periode", "period", "mois", "month", "date", "trimestre", "quarter", "semaine", "week"),
    "metric": ("indicateur", "kpi", "metric", "indicator"),
    "value": ("valeur", "value", "realise", "actual", "resultat"),
    "amount": ("montant", "amount", "valeur", "value", "deal value", "prix", "montant ht"),
    "status": ("statut", "status", "etat", "state", "issue", "deal status"),
    "closed": ("date de cloture", "close date", "closed date", "date de signature", "signe le", "won time", "date de fermeture"),
    "created": ("date de creation", "create date", "created", "cree le", "add time", "creation"),
    "owner": ("commercial", "owner", "proprietaire", "sales rep", "vendeur", "responsable", "deal owner"),
    "company": ("entreprise", "company", "client", "societe", "organisation", "organization", "compte"),
    "currency": ("devise", "currency"),
}  # fmt: skip


class Columns(Value):
    """Which column (its number from 0) holds what. ``kpis`` are the columns that are an indicator each."""

    shape: Shape
    fields: dict[str, int]
    kpis: dict[str, int] = {}


def guess(table: Table, chosen: Mapping[str, str] | None = None) -> Columns:
    """The columns by their titles; ``chosen`` (field or KPI id → title) wins over any guess.

    Raises:
        BadInput: No column of days, or none with figures; the message lists the titles seen.
    """
    titles = [cells.folded(title) for title in table.header]
    fields = _fields(titles)
    metrics = {} if {"metric", "closed", "status"} & fields.keys() else _kpis(table, set(fields.values()))
    for field, title in (chosen or {}).items():
        place = _place(titles, title, table)
        if known(field):
            metrics[field] = place
        elif field in TITLES:
            fields[field] = place
        else:
            raise BadInput(
                f"{field!r} is no field of a file.", remedy=f"Choose among {', '.join(TITLES)} or a KPI's id."
            )
    shape: Shape = "deals" if "closed" in fields and ("amount" in fields or "status" in fields) else "figures"
    if shape == "figures" and ("period" not in fields or not (metrics or {"metric", "value"} <= fields.keys())):
        seen = ", ".join(table.header)
        raise BadInput(f"No period and figures were recognised among: {seen}.", remedy="Say which column holds what.")
    return Columns(shape=shape, fields=fields, kpis=metrics)


def _place(titles: list[str], title: str, table: Table) -> int:
    if cells.folded(title) not in titles:
        raise BadInput(f"No column is titled {title!r}.", remedy=f"Titles: {', '.join(table.header)}.")
    return titles.index(cells.folded(title))


def _fields(titles: list[str]) -> dict[str, int]:
    """Whole titles only: "montant" is an amount, "montant de la remise" is not."""
    found: dict[str, int] = {}
    for field, names in TITLES.items():
        for name in names:
            if name in titles:
                found[field] = titles.index(name)
                break
    return found


def _kpis(table: Table, taken: set[int]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, title in enumerate(table.header):
        metric = metric_of(title) if place not in taken else None
        if metric and metric not in found:
            found[metric] = place
    return found


def metric_of(title: str) -> str | None:
    """The KPI a title or a cell names, in the words of any language coach reads."""
    kpi = known(title)
    if kpi:
        return kpi.id
    for language in (None, *LANGUAGES):  # a title is too short to tell its own
        read = reading.extract(title[:200], today=ANY_DAY, language=language)
        named = {component.metric for component in read.components if component.metric not in (None, "other")}
        if len(named) == 1:
            return named.pop()
    return None
