"""The plugin surface: what it is, how it stays compatible, and that one bad plugin spoils nothing."""

import inspect
import types

import pluggy
import pytest

from coach.core.kpis import Kpi
from coach.errors import DuplicateConnector, NotFound
from coach.plugins import Exporter, SmartRule, hookimpl, manager
from coach.plugins.builtin.demo import Demo
from coach.plugins.hookspecs import GROUP, Hooks


class Point:
    """An installed plugin's entry point."""

    dist = None

    def __init__(self, name, plugin):
        self.name, self.plugin, self.value = name, plugin, f"{name}:plugin"

    def load(self):
        if isinstance(self.plugin, Exception):
            raise self.plugin
        return self.plugin


def plugin(**hooks):
    made = types.SimpleNamespace()
    for name, hook in hooks.items():
        setattr(made, name, hookimpl(hook))
    return made


def good(register):
    register("good", Demo)


def listed(plugins, name):
    return next(one for one in plugins.listed if one.name == name)


def test_the_surface_is_these_hooks_with_these_arguments():
    surface = {name: list(inspect.signature(getattr(Hooks, name)).parameters)[1:] for name in manager.HOOKS}
    assert surface == {
        "register_connectors": ["register"],
        "register_kpis": ["register"],
        "register_notifiers": ["register"],
        "register_rules": ["register"],
        "register_exporters": ["register"],
    }


def test_a_hook_may_gain_an_argument_and_yesterdays_plugin_still_serves():
    class Tomorrow:
        @pluggy.HookspecMarker(GROUP)
        def register_connectors(self, register, language):
            """As today, with one more argument."""

    tomorrow = pluggy.PluginManager(GROUP)
    tomorrow.add_hookspecs(Tomorrow)
    tomorrow.register(plugin(register_connectors=good), "yesterday")
    tomorrow.check_pending()
    names = []
    tomorrow.hook.register_connectors(register=lambda name, factory: names.append(name), language="fr")
    assert names == ["good"]


def test_built_in_connectors_come_through_the_same_hook():
    plugins = manager.load([])
    assert {"demo", "csv"} <= set(plugins.connectors)
    assert all(one.problem is None and one.origin == "built in" for one in plugins.listed)


def no_rule(reading, profile):
    return None


def to_text():
    return Exporter({"fr": "Texte", "en": "Text"}, "text/plain", "txt", lambda goals, language: b"")


def _misspelt(register):
    raise AssertionError("never asked")


def _raises(register):
    register("half", Demo)
    raise RuntimeError("no luck")


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (ImportError("no module named acme"), "no module named acme"),
        (plugin(register_conectors=_misspelt), "register_conectors"),
        (plugin(register_connectors=_raises), "no luck"),
        (plugin(register_connectors=lambda registre: None), "registre"),
        (plugin(register_connectors=lambda register: register("demo", Demo)), "taken"),
        (plugin(register_connectors=lambda register: register("not callable", 3)), "plain name"),
        (plugin(register_kpis=lambda register: register(Kpi("revenue", "money", "sum", "result", "revenue"))), "taken"),
        (types.SimpleNamespace(), "no hook"),
        (
            plugin(register_rules=lambda register: register(SmartRule("measurable.target", "measurable", no_rule))),
            "taken",
        ),
        (
            plugin(register_rules=lambda register: register(SmartRule("acme.x", "measurable", no_rule))),
            "French and English",
        ),
        (plugin(register_exporters=lambda register: register("a/b", to_text())), "plain name"),
    ],
    ids=[
        "import",
        "misspelt",
        "raises",
        "wrong argument",
        "taken name",
        "bad name",
        "taken kpi",
        "empty",
        "taken rule",
        "speechless rule",
        "bad exporter",
    ],
)
def test_a_broken_plugin_is_listed_with_its_reason_and_the_rest_serves(bad, reason):
    plugins = manager.load([Point("bad", bad), Point("fine", plugin(register_connectors=good))])
    assert reason in listed(plugins, "bad").problem
    assert listed(plugins, "bad").offers == ()
    assert listed(plugins, "fine").offers == ("connector good",)
    assert "half" not in plugins.connectors
    assert isinstance(plugins.connect("demo", {}), Demo)


def test_a_taken_name_raises_duplicate_connector():
    seen = []

    def twice(register):
        register("one", Demo)
        try:
            register("one", Demo)
        except DuplicateConnector as error:
            seen.append(error)

    plugins = manager.load([Point("twice", plugin(register_connectors=twice))])
    assert len(seen) == 1
    assert "one" in plugins.connectors


def test_a_kpi_and_a_notifier_can_be_added():
    async def notify(notification):
        return None

    added = plugin(
        register_kpis=lambda register: register(Kpi("acme_visits", "count", "sum", "activity", "prospecting")),
        register_notifiers=lambda register: register("acme", notify),
    )
    plugins = manager.load([Point("acme", added)])
    assert plugins.kpis["acme_visits"].unit == "count"
    assert plugins.notifiers["acme"] is notify
    assert listed(plugins, "acme").offers == ("kpi acme_visits", "notifier acme")


def test_a_rule_and_an_exporter_can_be_added():
    words = {language: {"fail": "…"} for language in ("fr", "en")}
    added = plugin(
        register_rules=lambda register: register(SmartRule("acme.rebate", "specific", no_rule, words)),
        register_exporters=lambda register: register("text", to_text()),
    )
    plugins = manager.load([Point("acme", added)])
    assert plugins.rules["acme.rebate"].criterion == "specific"
    assert plugins.exporters["text"].extension == "txt"
    assert listed(plugins, "acme").offers == ("rule acme.rebate", "exporter text")


def test_a_factory_receives_its_own_settings_only_and_cannot_change_ours():
    received = []

    def factory(settings):
        received.append(settings)
        settings["seed"] = 0
        return Demo({})

    plugins = manager.load([Point("p", plugin(register_connectors=lambda register: register("mine", factory)))])
    ours = {"seed": 3}
    plugins.connect("mine", ours)
    assert received == [{"seed": 0}]
    assert ours == {"seed": 3}


def test_an_unknown_connector_names_the_installed_ones():
    with pytest.raises(NotFound, match="demo"):
        manager.load([]).connect("salesforce", {})
