"""The words of the pages: ``web.*`` keys of the catalogues, and what other shells say too."""

from collections.abc import Callable
from typing import Any

from coach import i18n, wording
from coach.core import kpis

LANGUAGES = ("fr", "en")
Translate = Callable[..., str]


def translator(language: str) -> Translate:
    """``t(key, **params)`` in ``language``: the text of ``web.key``; KeyError when the catalogue lacks it."""
    catalogue = i18n.messages(language)

    def t(key: str, **params: Any) -> str:
        text = str(catalogue[f"web.{key}"])
        return text.format(**params) if params else text

    return t


def known(language: str, key: str) -> str:
    """The text of any catalogue key, web or not; empty when there is none."""
    return str(i18n.messages(language).get(key, ""))


def metric(name: str, language: str) -> str:
    """What a KPI is called, what is counted in the plural; its id in words where nobody named it."""
    kpi = kpis.find(name)
    several = 2 if kpi is not None and kpi.unit == "count" else 1  # "contracts", but "average deal"
    return wording.catalogue(language).find(f"metric.{name}", n=several) or name.replace("_", " ")
