"""Every figure a rule compares with, in one place, each with its unit and its source.

A workspace overrides any of them through ``Conventions.thresholds``. "Convention" as a source means that coach chose
the figure: it says so, and says between which published points it lies.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

_ARTICLE = "seed article"
_MARKETBETTER = "MarketBetter, SDR metrics and KPIs 2026 (marketbetter.ai/blog)"
_SKIPCALL = "Skipcall, KPIs SDR 2026 (skipcall.io/ressources/blog/kpi-sdr-metrics)"
_SALESMOTION = (
    "Salesmotion, Sales win rate benchmarks 2026, citing HubSpot's survey of 1,000 reps (salesmotion.io/blog)"
)
_FIRSTSALES = "FirstSales, win rate by segment (firstsales.io/sales/glossary/win-rate)"
_BRIDGE = "The Bridge Group: ramp of about 3 months for an SDR, 5 for an AE, quoted by elevate.so"
_WHATMATTERS = "What Matters, How many OKRs to have: three objectives at most (whatmatters.com)"
_WORLDBANK = "World Bank, world GDP 2024: 111 trillion US dollars (statbase.org/datasets/economics/gdp)"


@dataclass(frozen=True, slots=True)
class Threshold:
    """One figure: ``default`` in ``unit``, allowed from ``low`` to ``high``, and where it comes from."""

    id: str
    default: float
    unit: str  # "ratio" is 0-1, "days", "count", "per_person_week", "money"
    source: str
    low: float = 0.0
    high: float = 1e18


_ALL = (
    # time
    Threshold("time_bound.short_days", 31, "days", f"{_ARTICLE}, II.5: a month", 1, 3660),
    Threshold(
        "time_bound.medium_days",
        184,
        "days",
        f"{_ARTICLE}, II.5: a quarter; two here, as in its six-month examples",
        1,
        3660,
    ),
    Threshold("time_bound.far_days", 366, "days", f"{_ARTICLE}, II.5: the long horizon is a year", 1, 36600),
    # figures nobody can mean
    Threshold("measurable.count_most", 1e9, "count", "Convention: one in eight people on Earth", 1),
    Threshold(
        "measurable.money_most", 1e15, "money", f"{_WORLDBANK}; nine times that, for currencies of small unit", 1
    ),
    Threshold("measurable.growth_most", 99, "ratio", "Convention: a hundredfold", 0.01, 1e9),
    # attainable
    Threshold("attainable.chance_low", 0.05, "ratio", "Convention: one chance in twenty", 0, 1),
    Threshold(
        "attainable.chance_fair",
        0.20,
        "ratio",
        "Convention: the ambitious target is one reached one time in five",
        0,
        1,
    ),
    Threshold("attainable.chance_sure", 0.90, "ratio", "Convention: missed one time in ten", 0, 1),
    Threshold("attainable.ratchet_raised", 0.25, "ratio", "Convention: a quarter of a surplus is taken over", 0, 10),
    Threshold(
        "attainable.ratchet_apart",
        0.30,
        "ratio",
        "Convention: beyond it, beats and misses are not answered alike",
        0,
        10,
    ),
    Threshold("attainable.leap", 1.0, "ratio", f"{_ARTICLE}, I.2: doubling within a year", 0.01, 1000),
    Threshold("attainable.leap_most", 9.0, "ratio", "Convention: tenfold within a year", 0.01, 1000),
    Threshold("attainable.small_base", 20, "count", "Convention: below it, growth in percent says little", 0),
    # realistic: load per person
    Threshold("realistic.calls_usual", 400, "per_person_week", f"{_SKIPCALL}: 50-80 calls a day, five days", 1),
    Threshold(
        "realistic.calls_most", 750, "per_person_week", f"{_SKIPCALL}: 150 a day with a parallel dialer, five days", 1
    ),
    Threshold(
        "realistic.meetings_usual", 3.5, "per_person_week", f"{_MARKETBETTER}: 15 a month for an outbound SDR", 0.01
    ),
    Threshold(
        "realistic.meetings_most",
        8.1,
        "per_person_week",
        f"{_MARKETBETTER}: 35 a month for the best inbound SDRs",
        0.01,
    ),
    Threshold(
        "realistic.key_meetings_usual", 1.4, "per_person_week", f"{_MARKETBETTER}: 6 a month with large accounts", 0.01
    ),
    Threshold(
        "realistic.key_meetings_most",
        1.9,
        "per_person_week",
        f"{_MARKETBETTER}: 8 a month, the best with large accounts",
        0.01,
    ),
    Threshold("realistic.win_rate_usual", 0.21, "ratio", f"{_SALESMOTION}: 21 % of deals are won", 0.001, 1),
    Threshold("realistic.win_rate_most", 0.50, "ratio", f"{_FIRSTSALES}: the best win half", 0.001, 1),
    Threshold(
        "realistic.key_win_rate_usual", 0.15, "ratio", f"{_SALESMOTION}: median 15 % above 100,000 dollars", 0.001, 1
    ),
    Threshold("realistic.key_win_rate_most", 0.25, "ratio", f"{_FIRSTSALES}: 15-25 % for large accounts", 0.001, 1),
    Threshold(
        "realistic.junior_share",
        0.5,
        "ratio",
        f"Convention, after {_ARTICLE}, II.4: one junior against two seniors",
        0.01,
        1,
    ),
    Threshold("realistic.ramp_share", 0.5, "ratio", f"Convention: half the yield while learning. {_BRIDGE}", 0, 1),
    Threshold("realistic.ramp_heavy", 0.5, "ratio", "Convention: half the team is learning", 0, 1),
    # realistic: growth
    Threshold(
        "realistic.growth_over_market",
        0.10,
        "ratio",
        f"Convention, after {_ARTICLE}, II.3: +15 % where the market gives +10 %",
        0,
        10,
    ),
    Threshold(
        "realistic.growth_strain",
        0.30,
        "ratio",
        f"Convention, after {_ARTICLE}, II.3: short of +50 % where the market gives +10 %",
        0,
        10,
    ),
    Threshold("realistic.growth_alone", 1.0, "ratio", f"{_ARTICLE}, I.2: doubling without hiring", 0.01, 100),
    Threshold("realistic.goals_most", 3, "count", _WHATMATTERS, 1, 100),
    # fit
    Threshold(
        "fit.junior_days", 184, "days", f"{_ARTICLE}, II.4: six months is the longest it gives a junior", 1, 3660
    ),
    Threshold(
        "fit.sme_days", 366, "days", f"{_ARTICLE}, IV.3: return soon; its examples stay within the year", 1, 3660
    ),
    Threshold("fit.sme_growth", 0.5, "ratio", f"{_ARTICLE}, II.3: +50 % is out of reach of unchanged means", 0.01, 100),
    Threshold(
        "fit.scale_up_growth", 0.10, "ratio", f"{_ARTICLE}, II.3: +10 % is what the market itself may give", 0, 10
    ),
)

REGISTRY: Mapping[str, Threshold] = MappingProxyType({threshold.id: threshold for threshold in _ALL})
"""By id."""

_DEFAULTS = {threshold.id: float(threshold.default) for threshold in _ALL}


class Limits:
    """The figures in force in one workspace: its own where it set one, else the defaults.

    An override out of its bounds is held to them: a rule is never handed a figure it cannot divide by.
    """

    __slots__ = ("_values",)

    def __init__(self, overrides: Mapping[str, float] | None = None) -> None:
        self._values = _DEFAULTS | {id: _held(id, value) for id, value in overrides.items()} if overrides else _DEFAULTS

    def __getitem__(self, id: str) -> float:
        return self._values[id]


def _held(id: str, value: float) -> float:
    known = REGISTRY.get(id)
    return value if known is None else min(max(value, known.low), known.high)


def refused(overrides: Mapping[str, float]) -> dict[str, str]:
    """What is wrong with overrides, by threshold id: ``unknown`` or ``out_of_bounds``; empty when all hold."""
    wrong = {}
    for id, value in overrides.items():
        known = REGISTRY.get(id)
        if known is None:
            wrong[id] = "unknown"
        elif not known.low <= value <= known.high:
            wrong[id] = "out_of_bounds"
    return wrong
