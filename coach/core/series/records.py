"""All that was read of an account, in memory."""

import datetime as dt
from dataclasses import dataclass

from coach.core.model.records import Account, Activity, Company, Deal, Lead, Owner, Pipeline, Quote, Survey


@dataclass(frozen=True, slots=True)
class Records:
    """One copy a record, the latest.

    ``stage_history``: whether deals tell every stage they entered, or only the present one. ``quotes`` is None where the CRM
    has no quotes at all, which is not the same as having sent none.
    """

    account: Account
    until: dt.datetime
    owners: tuple[Owner, ...] = ()
    pipelines: tuple[Pipeline, ...] = ()
    deals: tuple[Deal, ...] = ()
    activities: tuple[Activity, ...] = ()
    companies: tuple[Company, ...] = ()
    quotes: tuple[Quote, ...] | None = None
    leads: tuple[Lead, ...] = ()
    surveys: tuple[Survey, ...] = ()
    stage_history: bool = True
