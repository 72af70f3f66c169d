"""Finds the plugins, asks each one alone, and lists every one with its state: a broken one never stops the rest."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import metadata
from types import MappingProxyType
from typing import Any

import pluggy

from coach.core.kpis import KPIS, Kpi
from coach.core.model import CRITERIA
from coach.core.smart.rules import RULES
from coach.errors import BadInput, Conflict, DuplicateConnector, NotFound
from coach.plugins.connector import Connector, Factory, Settings
from coach.plugins.hookspecs import GROUP, Hooks
from coach.plugins.offers import Exporter, Notifier, SmartRule

HOOKS = tuple(name for name in vars(Hooks) if name.startswith("register_"))


@dataclass(frozen=True, slots=True)
class Listed:
    """A plugin as ``coach plugins`` shows it; ``problem`` is why it does not serve, None when it does."""

    name: str
    version: str
    origin: str
    offers: tuple[str, ...] = ()
    problem: str | None = None


@dataclass(slots=True)
class _Offers:
    """What one plugin registers while it is asked; nothing counts until all of it went well."""

    taken: "Plugins"
    connectors: dict[str, Factory] = field(default_factory=dict)
    kpis: dict[str, Kpi] = field(default_factory=dict)
    notifiers: dict[str, Notifier] = field(default_factory=dict)
    rules: dict[str, SmartRule] = field(default_factory=dict)
    exporters: dict[str, Exporter] = field(default_factory=dict)

    def connector(self, name: str, factory: Factory) -> None:
        if name in self.connectors or name in self.taken.connectors:
            raise DuplicateConnector(f"The connector name {name!r} is taken.", remedy="Choose another name.")
        if not name.replace("_", "").isalnum() or not callable(factory):
            raise BadInput(f"{name!r} needs a plain name and a callable factory.")
        self.connectors[name] = factory

    def kpi(self, kpi: Kpi) -> None:
        if kpi.id in KPIS or kpi.id in self.kpis or kpi.id in self.taken.kpis:
            raise Conflict(f"The KPI id {kpi.id!r} is taken.", remedy="Prefix it with the plugin's name.")
        self.kpis[kpi.id] = kpi

    def notifier(self, name: str, notifier: Notifier) -> None:
        if name in self.notifiers or name in self.taken.notifiers:
            raise Conflict(f"The notifier name {name!r} is taken.", remedy="Choose another name.")
        self.notifiers[name] = notifier

    def rule(self, rule: SmartRule) -> None:
        if rule.id in RULES or rule.id in self.rules or rule.id in self.taken.rules:
            raise Conflict(f"The rule id {rule.id!r} is taken.", remedy="Prefix it with the plugin's name.")
        if rule.criterion not in CRITERIA or not callable(rule.judge) or not {"fr", "en"} <= set(rule.message):
            raise BadInput(f"The rule {rule.id!r} needs a criterion, a judge, and its words in French and English.")
        self.rules[rule.id] = rule

    def exporter(self, name: str, exporter: Exporter) -> None:
        if name in self.exporters or name in self.taken.exporters:
            raise Conflict(f"The exporter name {name!r} is taken.", remedy="Choose another name.")
        if not name.replace("_", "").isalnum() or not callable(exporter.write):
            raise BadInput(f"{name!r} needs a plain name and a callable that writes.")
        self.exporters[name] = exporter

    def names(self) -> tuple[str, ...]:
        kinds = (
            ("connector", self.connectors),
            ("kpi", self.kpis),
            ("notifier", self.notifiers),
            ("rule", self.rules),
            ("exporter", self.exporters),
        )
        return tuple(f"{kind} {name}" for kind, offered in kinds for name in offered)


@dataclass(slots=True)
class Plugins:
    """Everything the plugins offer, by name."""

    listed: tuple[Listed, ...] = ()
    connectors: Mapping[str, Factory] = field(default_factory=lambda: MappingProxyType({}))
    kpis: Mapping[str, Kpi] = field(default_factory=lambda: MappingProxyType({}))
    notifiers: Mapping[str, Notifier] = field(default_factory=lambda: MappingProxyType({}))
    rules: Mapping[str, SmartRule] = field(default_factory=lambda: MappingProxyType({}))
    exporters: Mapping[str, Exporter] = field(default_factory=lambda: MappingProxyType({}))

    def connect(self, name: str, settings: Settings) -> Connector:
        """A connector with ``settings``, which are its own and no other's."""
        if name not in self.connectors:
            known = ", ".join(sorted(self.connectors))
            raise NotFound(f"No connector is called {name!r}.", remedy=f"Installed: {known}.")
        return self.connectors[name](dict(settings))

    def ask(self, name: str, plugin: object, *, version: str, origin: str) -> None:
        """Add what ``plugin`` offers, or list why it cannot serve."""
        offers = _Offers(self)
        try:
            _call(name, plugin, offers)
        except Exception as error:  # a stranger's code: whatever it raises is its own problem, and is listed
            problem = f"{type(error).__name__}: {error}"
            self.listed += (Listed(name, version, origin, problem=problem),)
            return
        self.connectors = MappingProxyType({**self.connectors, **offers.connectors})
        self.kpis = MappingProxyType({**self.kpis, **offers.kpis})
        self.notifiers = MappingProxyType({**self.notifiers, **offers.notifiers})
        self.rules = MappingProxyType({**self.rules, **offers.rules})
        self.exporters = MappingProxyType({**self.exporters, **offers.exporters})
        self.listed += (Listed(name, version, origin, offers.names()),)


def _call(name: str, plugin: object, offers: _Offers) -> None:
    """Ask one plugin through a manager of its own, so that its mistakes stay its own."""
    alone = pluggy.PluginManager(GROUP)
    alone.add_hookspecs(Hooks)
    alone.register(plugin, name)
    alone.check_pending()  # a misspelt hook would otherwise be ignored in silence
    if not alone.get_hookcallers(plugin):
        raise BadInput("It answers no hook.", remedy="Mark its functions with coach.plugins.hookimpl.")
    alone.hook.register_connectors(register=offers.connector)
    alone.hook.register_kpis(register=offers.kpi)
    alone.hook.register_notifiers(register=offers.notifier)
    alone.hook.register_rules(register=offers.rule)
    alone.hook.register_exporters(register=offers.exporter)


def load(entry_points: Iterable[Any] | None = None, *, builtin: bool = True) -> Plugins:
    """The built-in plugins, then those installed; ``entry_points`` replaces the installed ones in tests."""
    plugins = Plugins()
    if builtin:
        _ask_builtin(plugins)
    found = metadata.entry_points(group=GROUP) if entry_points is None else entry_points
    for point in sorted(found, key=lambda point: point.name):
        version, origin = _provenance(point)
        try:
            plugin = point.load()
        except Exception as error:  # an import can fail in any way
            plugins.listed += (Listed(point.name, version, origin, problem=f"{type(error).__name__}: {error}"),)
            continue
        plugins.ask(point.name, plugin, version=version, origin=origin)
    return plugins


def _ask_builtin(plugins: Plugins) -> None:
    from coach import __version__
    from coach.plugins import builtin

    for name, plugin in builtin.PLUGINS.items():
        plugins.ask(name, plugin, version=__version__, origin="built in")


def _provenance(point: Any) -> tuple[str, str]:
    distribution = getattr(point, "dist", None)
    if distribution is None:
        return "", point.value
    return distribution.version, distribution.name
