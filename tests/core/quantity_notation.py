"""A short way to write down what figures of a text are: ``>=10..15 % change``, joined by ``; ``."""

from coach.core.facts import quantities
from coach.core.facts.mentions import QuantityMention
from coach.core.facts.text import Text


def read(text: str, language: str, locale: str | None = None) -> str:
    """The figures of ``text`` in the short notation; "" when there is none."""
    return "; ".join(map(_write, quantities.find(Text.of(text), language, locale=locale)))


def _write(mention: QuantityMention) -> str:
    upper = "" if mention.value_max is None else f"..{_number(mention.value_max)}"
    form = "" if mention.form in ("plain", "range") else f" {mention.form}"
    sign = {1: "+", 0: "", -1: "-"}[mention.sign]
    return f"{mention.comparator or ''}{sign}{_number(mention.value)}{upper} {mention.unit}{form}"


def _number(value: float) -> str:
    return f"{round(value, 6):.6f}".rstrip("0").rstrip(".")
