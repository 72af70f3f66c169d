"""The KPI catalogue: what each indicator counts, which way is better, and which CRM can count it.

Source: the seed article, III and IV, for axes and for activity against result; for the CRMs, the published
specifications of HubSpot (``deals``, ``meetings``, ``calls``, ``quotes``, ``feedback_submissions``) and Pipedrive
(``deals``, ``activities``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

UnitKind = Literal["count", "money", "rate", "score"]
Better = Literal["higher", "lower"]
AddsUp = Literal["sum", "rate", "level"]
Nature = Literal["activity", "result"]
Axis = Literal["prospecting", "revenue", "conversion", "productivity", "retention"]
Countability = Literal["exact", "proxy", "convention", "none"]

COUNTABILITY: tuple[Countability, ...] = ("none", "convention", "proxy", "exact")
"""From "no CRM field holds it" to "counted as it stands"; ``convention``: once the team has said what counts."""


@dataclass(frozen=True, slots=True)
class Kpi:
    """One indicator.

    ``adds_up``: ``sum`` periods add (meetings), ``rate`` they average by their own weights (closing rate), ``level``
    the last one stands (pipeline value). ``nature``: an ``activity`` depends on the team alone, a ``result`` also on
    the customer.
    """

    id: str
    unit: UnitKind
    adds_up: AddsUp
    nature: Nature
    axis: Axis
    better: Better = "higher"
    crm: Mapping[str, Countability] = field(default_factory=dict)

    def counted_by(self, crm: str | None) -> Countability:
        """How well ``crm`` counts it; for an unnamed one, what every CRM of the catalogue can promise.

        A CRM the catalogue does not know (a plugin's) is promised nothing better than ``convention``.
        """
        if crm is None:
            return self._weakest
        return self.crm.get(crm.casefold(), "convention" if self.is_counted else "none")

    @property
    def _weakest(self) -> Countability:
        for level in COUNTABILITY:
            if level in self.crm.values():
                return level
        return "none"

    @property
    def is_counted(self) -> bool:
        """Whether any CRM of the catalogue counts it, in whatever way."""
        return any(level != "none" for level in self.crm.values())


def _kpi(
    id: str,
    unit: UnitKind,
    adds_up: AddsUp,
    nature: Nature,
    axis: Axis,
    crm: tuple[Countability, Countability],
    better: Better = "higher",
) -> Kpi:
    return Kpi(id, unit, adds_up, nature, axis, better, MappingProxyType({"hubspot": crm[0], "pipedrive": crm[1]}))


KPIS: Mapping[str, Kpi] = MappingProxyType({
    kpi.id: kpi
    for kpi in (
        # Meetings: HubSpot knows outcomes and Pipedrive none; "qualified" is the team's own definition in both.
        _kpi("qualified_meetings", "count", "sum", "activity", "prospecting", ("convention", "convention")),
        _kpi("calls", "count", "sum", "activity", "productivity", ("exact", "exact")),
        _kpi("leads", "count", "sum", "activity", "prospecting", ("convention", "convention")),
        _kpi("response_rate", "rate", "rate", "activity", "prospecting", ("none", "none")),
        # Pipedrive has no quotes: deals that reach the proposal stage stand for them.
        _kpi("quotes_sent", "count", "sum", "activity", "productivity", ("exact", "proxy")),
        _kpi("new_customers", "count", "sum", "result", "revenue", ("exact", "exact")),
        _kpi("deals_won", "count", "sum", "result", "revenue", ("exact", "exact")),
        _kpi("revenue", "money", "sum", "result", "revenue", ("exact", "exact")),
        # Margin: from line items and unit costs, which few teams fill.
        _kpi("margin", "money", "sum", "result", "revenue", ("convention", "convention")),
        _kpi("pipeline_value", "money", "level", "result", "revenue", ("exact", "exact")),
        # Conversion: dated stages in HubSpot; in Pipedrive, activities or the present stage stand for them.
        _kpi("conversion_rate", "rate", "rate", "result", "conversion", ("convention", "proxy")),
        _kpi("closing_rate", "rate", "rate", "result", "conversion", ("exact", "exact")),
        _kpi("renewal_rate", "rate", "rate", "result", "retention", ("convention", "convention")),
        _kpi("churn", "rate", "rate", "result", "retention", ("convention", "convention"), "lower"),
        # Upsell: a deal type or "an earlier deal was won there"; renewals have to be told apart.
        _kpi("upsell_revenue", "money", "sum", "result", "retention", ("convention", "convention")),
        _kpi("average_deal_size", "money", "rate", "result", "retention", ("exact", "exact")),
        # NPS: HubSpot's feedback surveys; nothing in Pipedrive.
        _kpi("nps", "score", "rate", "result", "retention", ("exact", "none")),
        _kpi("other", "count", "sum", "result", "productivity", ("none", "none")),
    )
})  # fmt: skip
"""By id, the built-in indicators; ``other`` is whatever the manager named that the catalogue does not know."""


def is_currency(unit: str | None) -> bool:
    """Whether a unit is an amount's: an ISO 4217 code, as no other unit of ours is written."""
    return unit is not None and len(unit) == 3 and unit.isalpha() and unit.isupper()


def find(metric: str | None) -> Kpi | None:
    """The KPI of that id, or None when the text names none or a plugin's we know nothing of."""
    return KPIS.get(metric) if metric else None


def known(metric: str | None) -> Kpi | None:
    """As :func:`find`, but None for ``other``: an indicator of which nothing is known but its name."""
    return find(metric) if metric != "other" else None
