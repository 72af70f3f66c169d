"""Do the ranges hold? Rolling-origin backtests of the calibration on simulated sales series.

``python -m benchmarks.backtest`` prints the tables; with ``--write`` it also renews those of ``docs/calibration.md``.
The series are drawn from regimes a sales team meets; a forecast sees only what came before its origin. Three questions:

* does the 80 % range hold what came, 75 to 85 times in 100? Ties of counts are shared as a randomised PIT shares them;
* does it forecast better (pinball loss at P50 and P80) than the last stretch, the same a year ago, the mean plus 10 %?
* when it says 30 %, does it happen 30 times in 100?
"""

from __future__ import annotations

import argparse
import pathlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from coach.core.calibration import forecast, levels, rates

ORIGINS = (4, 6, 8, 12, 18, 24, 36)
HORIZONS = (1, 3)
SERIES = 80
SEED = 3
YEAR = 12
LENGTH = max(ORIGINS) + max(HORIZONS)
PAGE = pathlib.Path("docs/calibration.md")
BEGIN, END = "<!-- figures: python -m benchmarks.backtest --write -->", "<!-- end of figures -->"

Floats = Any


@dataclass(frozen=True)
class Row:
    """One regime at one horizon: coverage by number of past periods, and the skill against each rule of thumb."""

    regime: str
    horizon: int
    coverage: Mapping[int, float]
    skill: Mapping[str, float]  # 1 - our loss / theirs, over all origins where theirs exists
    pits: tuple[float, ...]

    @property
    def covered(self) -> float:
        """The share of what came that the 80 % ranges held."""
        return float(np.mean(list(self.coverage.values())))


# -- the series -------------------------------------------------------------------------------------------------------


def counts(rng: Any, n: int, length: int) -> dict[str, Floats]:
    """Numbers of meetings or deals, a series a row."""
    t = np.arange(length)
    level, few = rng.uniform(8, 40, (n, 1)), rng.uniform(1.5, 5, (n, 1))
    growing = rng.uniform(15, 60, (n, 1)) * (1 + rng.uniform(0.01, 0.06, (n, 1))) ** t
    turn = 2 * np.pi * (t + rng.integers(0, YEAR, (n, 1))) / YEAR
    season = rng.uniform(30, 90, (n, 1)) * (1 + rng.uniform(0.2, 0.5, (n, 1)) * np.sin(turn))
    empty = rng.random((n, length)) < rng.uniform(0.3, 0.6, (n, 1))
    cut = rng.integers(int(length * 0.4), int(length * 0.7), (n, 1))
    broken = rng.uniform(20, 60, (n, 1)) * np.where(t >= cut, rng.choice([0.5, 0.6, 1.6], (n, 1)), 1)
    return {
        "flat": rng.poisson(level, (n, length)),
        "small numbers": rng.poisson(few, (n, length)),
        "trend": rng.poisson(growing),
        "season": rng.poisson(season),
        "many empty periods": np.where(empty, 0, rng.poisson(rng.uniform(4, 12, (n, 1)), (n, length))),
        "change of regime": rng.poisson(broken),
    }


def amounts(rng: Any, n: int, length: int) -> dict[str, Floats]:
    """Revenue, made of deals; in "whale", one period in twenty holds a deal worth ten."""
    deals = rng.poisson(rng.uniform(4, 12, (n, 1)), (n, length))
    plain = np.array([[rng.lognormal(np.log(8000), 0.7, k).sum() for k in row] for row in deals])
    usual = np.array([[rng.lognormal(np.log(8000), 0.6, k).sum() for k in row] for row in deals])
    whale = usual + np.where(rng.random((n, length)) < 0.05, rng.uniform(60_000, 150_000, (n, length)), 0)
    return {"revenue": plain, "whale": whale}


def ratios(rng: Any, n: int, length: int) -> dict[str, tuple[Floats, Floats]]:
    """Closing rates as (won, out of): steady, from few deals, and moving from one period to the next."""
    rate, many = rng.uniform(0.12, 0.5, (n, 1)), rng.poisson(rng.uniform(15, 50, (n, 1)), (n, length)) + 1
    few = rng.poisson(rng.uniform(5, 9, (n, 1)), (n, length)) + 1
    moving = 1 / (1 + np.exp(-(np.log(rate / (1 - rate)) + 0.35 * rng.standard_normal((n, length)))))
    return {
        "rate": (rng.binomial(many, rate), many),
        "rate of few": (rng.binomial(few, rate), few),
        "rate that moves": (rng.binomial(many, moving), many),
    }


def scores(rng: Any, n: int, length: int) -> dict[str, Floats]:
    """NPS around a level, and a pipeline that walks."""
    nps = rng.uniform(-20, 50, (n, 1)) + rng.uniform(4, 12, (n, 1)) * rng.standard_normal((n, length))
    steps = rng.uniform(0.03, 0.10, (n, 1)) * rng.standard_normal((n, length))
    return {"score": nps, "level that walks": 200_000 * np.exp(np.cumsum(steps, axis=1))}


# -- the judgement ----------------------------------------------------------------------------------------------------


def pinball(quantile: Floats, came: Floats, level: float) -> Floats:
    """Loss of a quantile forecast: what it misses, weighed by the side it misses on."""
    gap = came - quantile
    return np.maximum(level * gap, (level - 1) * gap)


def inside(drawn: Floats, came: float) -> float:
    """How much of what came lies in P10-P90: 0, 1, or the share of a tie (the randomised PIT's expectation)."""
    below, upto = (drawn < came - 1e-9).mean(), (drawn <= came + 1e-9).mean()
    if upto - below < 1e-9:
        return float(0.1 <= below <= 0.9)
    return float(max(0.0, min(upto, 0.9) - max(below, 0.1)) / (upto - below))


def _pit(drawn: Floats, came: float, rng: Any) -> float:
    below, upto = (drawn < came - 1e-9).mean(), (drawn <= came + 1e-9).mean()
    return float(below + (upto - below) * rng.random())


Draw = Callable[[int, int, int], Floats]  # (series, origin, horizon) → draws of the stretch
Actual = Callable[[int, int, int], float]  # (series, first period, length) → what the stretch held


def judge(regime: str, horizon: int, count: int, origins: tuple[int, ...], draw: Draw, actual: Actual) -> Row:
    """Forecast every series from every origin, and compare with what came."""
    rng, coverage, pits = np.random.default_rng(SEED), {}, []
    losses: dict[str, list[tuple[float, float]]] = {"last stretch": [], "a year ago": [], "mean + 10 %": []}
    for origin in origins:
        held = []
        for one in range(count):
            drawn, came = draw(one, origin, horizon), actual(one, origin, horizon)
            held.append(inside(drawn, came))
            pits.append(_pit(drawn, came, rng))
            ours = float(sum(pinball(np.quantile(drawn, p), came, p) for p in (0.5, 0.8)))
            for rule, told in _thumbs(one, origin, horizon, actual):
                losses[rule].append((ours, float(sum(pinball(told, came, p) for p in (0.5, 0.8)))))
        coverage[origin] = float(np.mean(held))
    skill = {rule: 1 - sum(o for o, _ in pairs) / sum(t for _, t in pairs) for rule, pairs in losses.items() if pairs}
    return Row(regime, horizon, coverage, skill, tuple(pits))


def _thumbs(one: int, origin: int, horizon: int, actual: Actual) -> Iterator[tuple[str, float]]:
    yield "last stretch", actual(one, origin - horizon, horizon)
    yield "mean + 10 %", 1.1 * float(np.mean([actual(one, i, horizon) for i in range(origin - horizon + 1)]))
    if origin >= YEAR:
        yield "a year ago", actual(one, origin - YEAR, horizon)


def run(
    count: int = SERIES, origins: tuple[int, ...] = ORIGINS, horizons: tuple[int, ...] = HORIZONS, seed: int = SEED
) -> Iterator[Row]:
    """Every regime at every horizon."""
    rng = np.random.default_rng(seed)
    made = [(name, "count", y) for name, y in counts(rng, count, LENGTH).items()]
    made += [(name, "amount", y) for name, y in amounts(rng, count, LENGTH).items()]
    shares, measured = ratios(rng, count, LENGTH), scores(rng, count, LENGTH)
    for h in horizons:
        for name, kind, y in made:
            yield judge(
                name, h, count, origins, _sums(y.astype(float), kind), lambda i, s, n, y=y: float(y[i, s : s + n].sum())
            )
        for name, (won, of) in shares.items():
            yield judge(
                name, h, count, origins, _rates(won, of),
                lambda i, s, n, won=won, of=of: float(won[i, s : s + n].sum() / of[i, s : s + n].sum()),
            )  # fmt: skip
        for name, y in measured.items():
            yield judge(
                name,
                h,
                count,
                origins,
                _levels(y, walks=name == "level that walks"),
                lambda i, s, n, y=y: float(y[i, s + n - 1]),
            )


def _sums(y: Floats, kind: Any) -> Draw:
    return lambda one, origin, h: forecast.draws(list(y[one, :origin]), kind, h, YEAR).sum(1)


def _rates(won: Floats, of: Floats) -> Draw:
    def draw(one: int, origin: int, h: int) -> Floats:
        return rates.draws(list(zip(won[one, :origin].tolist(), of[one, :origin].tolist(), strict=True)), h)

    return draw


def _levels(y: Floats, *, walks: bool) -> Draw:
    return lambda one, origin, h: levels.draws(list(y[one, :origin]), h, bounded=False, walks=walks)


# -- the page ---------------------------------------------------------------------------------------------------------

_RULES = ("last stretch", "a year ago", "mean + 10 %")


def table(rows: list[Row]) -> str:
    """The rows in Markdown."""
    head = [
        "regime",
        "periods ahead",
        *(f"{n} past" for n in rows[0].coverage),
        "**all**",
        *(f"vs {r}" for r in _RULES),
    ]
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    for row in rows:
        held = [f"{share:.0%}" for share in row.coverage.values()]
        skills = [f"{row.skill[rule]:+.0%}" if rule in row.skill else "–" for rule in _RULES]
        lines.append("| " + " | ".join([row.regime, str(row.horizon), *held, f"**{row.covered:.0%}**", *skills]) + " |")
    return "\n".join(lines)


def reliability(rows: list[Row]) -> str:
    """Of all targets said to have a chance of x %, how many were reached."""
    pits = np.array([pit for row in rows for pit in row.pits])
    said = (0.1, 0.2, 0.3, 0.5, 0.7, 0.8, 0.9)
    lines = ["| chance said | " + " | ".join(f"{p:.0%}" for p in said) + " |", "|---" * (len(said) + 1) + "|"]
    return "\n".join([*lines, "| reached | " + " | ".join(f"{(pits > 1 - p).mean():.0%}" for p in said) + " |"])


def shrinkage(teams: int = 2000, seed: int = SEED) -> str:
    """How far a person's level is missed, by the periods that the team's mean is worth, where people differ more or less."""
    worth = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0)
    lines = ["| people differ by | " + " | ".join(f"{k:g}" for k in worth) + " |", "|---" * (len(worth) + 1) + "|"]
    for differ in (0.2, 0.35, 0.5):
        rng, missed = np.random.default_rng(seed), np.zeros(len(worth))
        for _ in range(teams):
            people, periods = int(rng.integers(3, 9)), int(rng.integers(4, 13))
            true = rng.uniform(3, 15) * rng.gamma(differ**-2, differ**2, people)
            seen = rng.poisson(true[:, None], (people, periods)).mean(1)
            own = periods / (periods + np.array(worth))
            missed += np.abs(own * seen[0] + (1 - own) * seen.mean() - true[0]) / true.mean()
        lines.append(f"| {differ:.0%} | " + " | ".join(f"{m / teams:.1%}" for m in missed) + " |")
    return "\n".join(lines)


def main() -> None:
    """Print the tables, and perhaps write them."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--write", action="store_true", help=f"renew the tables of {PAGE}")
    parser.add_argument("--series", type=int, default=SERIES, help="series of each regime")
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args()
    rows = list(run(asked.series, seed=asked.seed))
    told = "How far a person's level is missed, by the periods that the team's mean is worth:"
    shown = f"{table(rows)}\n\n{reliability(rows)}\n\n{told}\n\n{shrinkage()}"
    print(shown)
    if asked.write:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}\n\n{shown}\n\n{END}{rest.partition(END)[2]}", encoding="utf-8")


if __name__ == "__main__":
    main()
