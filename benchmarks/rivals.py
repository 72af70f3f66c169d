"""Our ranges beside AutoETS, on the simulated regimes and on public series that ship with Python packages.

``make backtest`` runs it in an environment of its own (``benchmarks/rivals.txt``), since coach needs none of these
packages. Each origin sees what came before it only; the loss is the pinball loss at P50 and P80 of each of the next three
periods, the same for both. ``--write`` renews the table of ``docs/calibration.md``.
"""

# pyright: reportMissingImports=false
from __future__ import annotations

import argparse
import pathlib
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchmarks import backtest
from coach.core.calibration import forecast, levels

AHEAD = 3
LEVELS = (0.5, 0.8)
PAGE = pathlib.Path("docs/calibration.md")
BEGIN, END = "<!-- figures: make backtest -->", "<!-- end of rivals -->"
Floats = Any


@dataclass(frozen=True)
class Series:
    """One series to forecast from several origins; ``sums`` are counts or amounts, the others levels."""

    name: str
    values: Floats
    season: int
    kind: Any
    origins: tuple[int, ...]
    sums: bool = True


@dataclass(frozen=True)
class Against:
    """Both losses on one series or regime, and the share of what came that our 80 % ranges held."""

    name: str
    forecasts: int
    ours: float
    theirs: float
    covered: float

    @property
    def ratio(self) -> float:
        """Our loss for one of theirs: below 1 we are better."""
        return self.ours / self.theirs


def public() -> Iterator[Series]:
    """Series of the packages' own wheels; none is fetched."""
    import pmdarima.datasets as arima
    import sktime.datasets as sk
    import statsmodels.api as sm
    from statsforecast.utils import AirPassengers

    yield _last("air passengers, monthly", AirPassengers, 12, "amount")
    yield _last("shampoo sales, monthly", sk.load_shampoo_sales(), 12, "amount", most=16)
    yield _last("prescriptions, monthly", sk.load_PBS_dataset(), 12, "amount")
    yield _last("wine sales, monthly", arima.load_wineind(), 12, "amount")
    yield _last("beer, quarterly", arima.load_ausbeer(), 4, "amount")
    yield _last("woollen yarn, quarterly", arima.load_woolyrnq(), 4, "amount")
    macro = sm.datasets.macrodata.load_pandas().data
    yield _last("consumption, quarterly", macro["realcons"], 4, "amount")
    yield _last("investment, quarterly", macro["realinv"], 4, "amount")
    yield _last("unemployment rate, quarterly", macro["unemp"], 0, "amount", sums=False)
    yield _last("flow of the Nile, yearly", sm.datasets.nile.load_pandas().data["volume"], 0, "amount")


def _last(name: str, values: Any, season: int, kind: str, *, most: int = 24, sums: bool = True) -> Series:
    """The last ``most`` origins of a series, each with at least twelve periods before it."""
    known = np.asarray(values, dtype=float)
    known = known[~np.isnan(known)]
    last = len(known) - AHEAD
    return Series(name, known, season, kind, tuple(range(max(12, last - most + 1), last + 1)), sums)


def simulated(count: int, seed: int) -> Iterator[Series]:
    """The backtest's regimes, each series from a few origins."""
    rng = np.random.default_rng(seed)
    made = [(name, "count", y) for name, y in backtest.counts(rng, count, backtest.LENGTH).items()]
    made += [(name, "amount", y) for name, y in backtest.amounts(rng, count, backtest.LENGTH).items()]
    for name, kind, rows in made:
        for row in rows:
            yield Series(name, row.astype(float), backtest.YEAR, kind, (8, 18, 36))


def judge(series: Series) -> Iterator[tuple[float, float, float]]:
    """Our loss, theirs, and whether the range held, for each origin and period ahead."""
    for origin in series.origins:
        past, came = series.values[:origin], series.values[origin : origin + AHEAD]
        ours, theirs = _ours(series, past), _theirs(past[-96:], series.season)
        for step in range(AHEAD):
            loss = [
                sum(float(backtest.pinball(told[level][step], came[step], level)) for level in LEVELS)
                for told in (ours, theirs)
            ]
            yield loss[0], loss[1], float(ours[0.1][step] <= came[step] <= ours[0.9][step])


def _ours(series: Series, past: Floats) -> dict[float, Floats]:
    if series.sums:
        drawn = forecast.draws(list(past), series.kind, AHEAD, series.season)
    else:
        steps = [levels.draws(list(past), n, bounded=False, walks=True) for n in range(1, AHEAD + 1)]
        drawn = np.stack(steps, axis=1)
    return {level: np.quantile(drawn, level, axis=0) for level in (0.1, *LEVELS, 0.9)}


def _theirs(past: Floats, season: int) -> dict[float, Floats]:
    from statsforecast.models import AutoETS

    model = AutoETS(season_length=season if season and len(past) >= 2 * season and season <= 24 else 1)
    told = model.forecast(y=past, h=AHEAD, level=[60])
    return {0.5: told["mean"], 0.8: told["hi-60"]}


def run(count: int, seed: int) -> Iterator[Against]:
    """A row a regime, then a row a public series."""
    by_regime: dict[str, list[tuple[float, float, float]]] = {}
    for series in simulated(count, seed):
        by_regime.setdefault(f"simulated: {series.name}", []).extend(judge(series))
    for series in public():
        by_regime[series.name] = list(judge(series))
    for name, found in by_regime.items():
        ours, theirs, held = (np.array(column) for column in zip(*found, strict=True))
        yield Against(name, len(found), float(ours.mean()), float(theirs.mean()), float(held.mean()))


def table(rows: list[Against]) -> str:
    """The rows in Markdown."""
    lines = ["| series | forecasts | our loss for 1 of AutoETS | 80 % ranges held |", "|---|---|---|---|"]
    lines += [f"| {row.name} | {row.forecasts} | {row.ratio:.2f} | {row.covered:.0%} |" for row in rows]
    for label, kept in (("simulated", True), ("public", False)):
        some = [row for row in rows if row.name.startswith("simulated") is kept]
        middle = float(np.exp(np.mean([np.log(row.ratio) for row in some])))
        held = float(np.mean([row.covered for row in some]))
        lines.append(f"| **all {label}** | {sum(row.forecasts for row in some)} | **{middle:.2f}** | **{held:.0%}** |")
    return "\n".join(lines)


def main() -> None:
    """Print the table, and perhaps write it."""
    warnings.filterwarnings("ignore")
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--write", action="store_true", help=f"renew the table of {PAGE}")
    parser.add_argument("--series", type=int, default=25, help="series of each regime")
    parser.add_argument("--seed", type=int, default=9)
    asked = parser.parse_args()
    shown = table(list(run(asked.series, asked.seed)))
    print(shown)
    if asked.write:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}\n\n{shown}\n\n{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()
