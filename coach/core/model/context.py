"""Who the goal is for: team, company, market, and the workspace's own conventions."""

from typing import Literal

from pydantic import Field

from coach.core.model.base import Number, Value

Maturity = Literal["junior", "confirmed", "senior"]
Company = Literal["sme", "scale_up"]


class Context(Value):
    """Means and market. ``None`` means unknown; ratios are 0-1 (0.10 is 10 % a year)."""

    company: Company | None = None
    maturity: Maturity | None = None
    headcount: int | None = Field(default=None, ge=0, le=100_000)  # salespeople who work on the goal
    ramping: int | None = Field(default=None, ge=0, le=100_000)  # of which still learning the job
    sales_cycle_days: Number | None = Field(default=None, ge=0, le=3650)
    market_growth: Number | None = Field(default=None, ge=-1, le=10)
    extra_means: bool | None = None  # hires, tools or budget granted for this goal
    means: str | None = Field(default=None, max_length=500)
    segment: str | None = Field(default=None, max_length=200)
    strategy: tuple[str, ...] = ()  # declared priorities, for R read as "relevant"
    growth_expected: Number | None = Field(default=None, ge=-1, le=10)  # a year: what the strategy asks, top-down
    time_taken: Number | None = Field(default=None, ge=0, le=1)  # share of the team's time that running goals take
    goals_running: int | None = Field(default=None, ge=0, le=10_000)
    crm: str | None = Field(default=None, max_length=60)  # name of the connected CRM's connector


class Conventions(Value):
    """How this workspace reads SMART."""

    r_means: Literal["realistic", "relevant", "both"] = "realistic"
    cadence_is_enough_for_juniors: bool = False
    thresholds: dict[str, float] = {}  # overrides of coach.core.smart.thresholds
    disputed: tuple[str, ...] = ()  # rule ids the workspace disputes; kept, shown, no longer decisive
    fiscal_year_start: int = Field(default=1, ge=1, le=12)  # month
    currency: str = "EUR"
    country: str = "FR"


class Profile(Value):
    """Context and conventions together: what a review needs beside the text."""

    context: Context = Context()
    conventions: Conventions = Conventions()
