"""The plugin surface: all that a connector, ours or a stranger's, may use, with coach.errors and coach.testing."""

from coach.core.kpis import Countability, Kpi
from coach.core.model.kpi import KpiPoint, KpiSeries
from coach.plugins.connector import (
    Ability,
    Choice,
    Clock,
    Connector,
    Discovery,
    Factory,
    GivesSeries,
    Health,
    Page,
    Settings,
    State,
    now,
)
from coach.plugins.hookspecs import GROUP, RegisterConnector, hookimpl
from coach.plugins.offers import ExportedGoal, Exporter, Judged, Notification, Notifier, SmartRule

__all__ = [
    "GROUP",
    "Ability",
    "Choice",
    "Clock",
    "Connector",
    "Countability",
    "Discovery",
    "ExportedGoal",
    "Exporter",
    "Factory",
    "GivesSeries",
    "Health",
    "Judged",
    "Kpi",
    "KpiPoint",
    "KpiSeries",
    "Notification",
    "Notifier",
    "Page",
    "RegisterConnector",
    "Settings",
    "SmartRule",
    "State",
    "hookimpl",
    "now",
]
