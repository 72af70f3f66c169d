"""The hooks: few, each asking for one thing.

A plugin may take fewer arguments than a hook offers, so that adding one stays compatible; renaming or removing one is not.
"""

from typing import Protocol

import pluggy

from coach.core.kpis import Kpi
from coach.plugins.connector import Factory
from coach.plugins.offers import Exporter, Notification, Notifier, SmartRule

__all__ = ["GROUP", "Hooks", "Notification", "Notifier", "RegisterConnector", "hookimpl", "hookspec"]

GROUP = "coach"
"""The entry-point group plugins are found in, and the name their markers carry."""

hookspec = pluggy.HookspecMarker(GROUP)
hookimpl = pluggy.HookimplMarker(GROUP)


class RegisterConnector(Protocol):
    """Takes a connector's name and its factory."""

    def __call__(self, name: str, factory: Factory) -> None:
        """Raises ``DuplicateConnector`` for a name that is taken."""
        ...


class RegisterKpi(Protocol):
    """Takes a KPI definition."""

    def __call__(self, kpi: Kpi) -> None:
        """Raises ``Conflict`` for an id that is taken."""
        ...


class RegisterNotifier(Protocol):
    """Takes a notifier's name and the notifier."""

    def __call__(self, name: str, notifier: Notifier) -> None:
        """Raises ``Conflict`` for a name that is taken."""
        ...


class RegisterRule(Protocol):
    """Takes a SMART rule."""

    def __call__(self, rule: SmartRule) -> None:
        """Raises ``Conflict`` for an id that is taken, ``BadInput`` for a rule that lacks its words."""
        ...


class RegisterExporter(Protocol):
    """Takes an exporter's name and the exporter."""

    def __call__(self, name: str, exporter: Exporter) -> None:
        """Raises ``Conflict`` for a name that is taken."""
        ...


class Hooks:
    """What coach asks of a plugin; a plugin answers what it can."""

    @hookspec
    def register_connectors(self, register: RegisterConnector) -> None:
        """Offer the CRMs you can read.

        Called once at start-up, before anyone has chosen a CRM: register now, connect later.

        Args:
            register: Call it with a name and a factory. The name is stored beside every figure, so keep it. The factory
                receives this connector's settings and no other's, and raises ``CrmRefused`` when they cannot work.
        """

    @hookspec
    def register_kpis(self, register: RegisterKpi) -> None:
        """Offer indicators the catalogue does not have.

        Args:
            register: Call it with a ``coach.core.kpis.Kpi`` whose id is ``<plugin>_<name>``.
        """

    @hookspec
    def register_notifiers(self, register: RegisterNotifier) -> None:
        """Offer ways to tell people something.

        Args:
            register: Call it with a name and an async callable that takes a ``Notification``.
        """

    @hookspec
    def register_rules(self, register: RegisterRule) -> None:
        """Offer SMART rules of your own house.

        Args:
            register: Call it with a ``SmartRule`` whose id is ``<plugin>.<name>``. Its judge is pure and quick: it runs at
                each check. One that raises is left out of that check; the other rules stand.
        """

    @hookspec
    def register_exporters(self, register: RegisterExporter) -> None:
        """Offer files to take goals elsewhere in.

        Args:
            register: Call it with a name and an ``Exporter``.
        """
