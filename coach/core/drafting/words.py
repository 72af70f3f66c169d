"""The noun a goal is about, in every form a sentence needs: "30 appels", "d'appels", "le nombre d'appels", "un taux".

A KPI of the catalogue has its forms in the lexicon. Words of the manager's that say more than the catalogue's name
("contrats de maintenance") are kept, and their forms built from the lexicon's articles.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, NamedTuple

from coach.core import kpis
from coach.core.facts.text import fold
from coach.core.lexicon import LANGUAGES, load
from coach.core.model import Component

Family = Literal["count", "amount", "stock", "rate"]
"""``count`` things one makes ("30 appels"), ``amount`` money, ``stock`` a level in money or time, ``rate`` a share."""

_RATE_UNITS = ("%", "points")
_TIME_UNITS = ("days", "hours", "months")


class Noun(NamedTuple):
    """The forms of a goal's noun in one language."""

    verb: str  # what one does to get some: "Obtenir"
    one: str
    many: str
    de: str  # "d'appels", "in revenue"
    the: str  # what is followed: "le nombre d'appels"
    a: str  # "un taux de closing"
    ending: str  # agreement of an adjective: "", "e", "s", "es"
    name: str


@cache
def table(language: str) -> Mapping[str, Any]:
    """The drafter's tables of one language.

    Raises:
        KeyError: There is no lexicon for ``language``.
    """
    return load(language)["drafting"]


def family(goal: Component) -> Family:
    """How the goal's metric is counted, from the catalogue and the unit it is given in."""
    kpi = kpis.find(goal.metric)
    if kpi is None or kpi.id == "other":
        return _family_of_unit(goal)
    if kpi.unit in ("rate", "score") or (
        kpi.unit == "money" and goal.unit in _RATE_UNITS and goal.change != "relative"
    ):
        return "rate"
    level = (kpi.unit == "money" and _is_kept(goal.metric_raw)) or (kpi.unit == "count" and _names_a_level(goal))
    if level:
        return "stock"
    if kpi.unit == "money":
        return "amount" if kpi.adds_up == "sum" else "stock"
    return "count"


def _family_of_unit(goal: Component) -> Family:
    if goal.unit in _RATE_UNITS and goal.change != "relative":
        return "rate"
    if goal.unit in _TIME_UNITS or _names_a_level(goal):
        return "stock"
    return "stock" if kpis.is_currency(goal.unit) else "count"


def _is_kept(raw: str | None) -> bool:
    """Whether the manager's name for the indicator is a measure of its own, which no other word stands for ("MRR")."""
    return any(fold(raw or "") in table(language)["kept_names"] for language in LANGUAGES)


def _names_a_level(goal: Component) -> bool:
    """Whether the manager's words name what has a level ("portefeuille", "coût", "rate"), not things one makes."""
    said = set(fold(goal.metric_raw or "").replace("-", " ").split())
    return any(said & set(table(language)["level_heads"]) for language in LANGUAGES)


def noun(goal: Component, language: str) -> Noun:
    """The noun of ``goal``: the catalogue's, or the manager's words where they say more."""
    forms = table(language)["nouns"].get(goal.metric or "other", table(language)["nouns"]["other"])
    raw = _own_words(goal, language)
    if raw:
        return _built(raw, forms, family(goal), language)
    ending = table(language)["articles"]["agreement"][forms["gender"]]
    return Noun(
        verb=forms.get("verb", table(language)["nouns"]["other"]["verb"]),
        one=forms.get("one", forms["name"]),
        many=forms.get("many", forms["name"]),
        de=forms["de"],
        the=forms["the"],
        a=forms["a"],
        ending=ending,
        name=forms["name"],
    )


def narrowed(forms: Noun, segment: str, tie: str, *, before: bool) -> Noun:
    """The noun with a segment as part of its name: "contrats de maintenance", "enterprise customers"."""
    told = {}
    for name in ("one", "many", "de", "the", "a"):
        form: str = getattr(forms, name)
        if before:
            told[name] = _before_the_noun(form, forms.many, segment)
        else:
            glued = tie.endswith(("'", "’"))
            told[name] = f"{form} {tie}{'' if glued or not tie else ' '}{segment}"
    return forms._replace(**told)


def _before_the_noun(form: str, noun: str, segment: str) -> str:
    """The segment before the last word of what is counted, else after the article: "new enterprise customers"."""
    head, _, last = form.rpartition(" ")
    if noun and form.endswith(noun):
        return f"{head} {segment} {last}".strip()
    article, _, rest = form.partition(" ")
    return f"{article} {segment} {rest}" if article in ("the", "a", "an") else f"{segment} {form}"


def _own_words(goal: Component, language: str) -> str:
    """The manager's words for the metric, when the catalogue's name would lose something they say."""
    raw = (goal.metric_raw or "").strip()
    raw = raw if raw[:2].isupper() else raw[:1].lower() + raw[1:]
    while raw and fold(raw.split()[0]) in map(fold, table(language)["nothing"]):
        raw = raw.partition(" ")[2].strip()
    if not raw or len(raw) > 80:
        return ""
    if goal.metric in (None, "other") or _is_kept(raw):
        return raw
    if family(goal) == "rate" and not _names_a_level(goal):
        return ""
    named = table(language)["nouns"][goal.metric]["name"]
    elsewhere = " ".join(filter(None, (goal.segment, goal.channel, goal.means)))
    known = _plain_words(f"{named} {elsewhere}") | set(table(language)["common"])
    said = {word for word in _plain_words(raw) if len(word) > 3}
    return raw if len(said) > 1 and not said <= known else ""


def _plain_words(text: str) -> set[str]:
    return set(fold(text).replace("-", " ").replace("'", " ").split())


def _built(raw: str, forms: Mapping[str, str], kind: Family, language: str) -> Noun:
    articles = table(language)["articles"]
    gender = _gender(raw, language)
    de = articles["de"]["elided" if _elides(raw, language) else "plain"] + raw
    counted = kind == "count"
    the = articles["number_of"].format(de=de.strip()) if counted else _article("the", gender, raw, language) + raw
    verb = forms.get("verb", table(language)["nouns"]["other"]["verb"])
    a = _article("a", gender, raw, language) + raw
    return Noun(verb, raw, raw, de, the, a, articles["agreement"][gender], raw)


def _article(which: str, gender: str, raw: str, language: str) -> str:
    forms = table(language)["articles"][which]
    singular = not gender.endswith("p")
    return forms["elided"] if singular and "elided" in forms and _elides(raw, language) else forms[gender]


def _gender(raw: str, language: str) -> str:
    articles = table(language)["articles"]
    head = fold(raw.split()[0])
    singular = head[:-1] if head.endswith("s") else head
    feminine = singular in map(fold, articles["feminine_heads"]) or singular.endswith(
        tuple(map(fold, articles["feminine_endings"]))
    )
    plural = is_plural(head, language)
    return ("f" if feminine else "m") + ("p" if plural else "")


def is_plural(word: str, language: str) -> bool:
    """Whether a noun looks plural: by its ending, or listed ("PME")."""
    articles, plain = table(language)["articles"], fold(word)
    if plain in articles["plural_tags"]:
        return True
    return plain.endswith(("s", "x")) and not plain.endswith("ss") and plain not in articles["invariable"]


def _elides(raw: str, language: str) -> bool:
    """Whether an article loses its vowel before ``raw`` ("d'appels", "an opportunity"); an h counts as aspirate."""
    first = fold(raw)[:1]
    capital = raw[:2].isupper()
    return first in "aeiou" and not (capital and language == "fr" and first == "u")
