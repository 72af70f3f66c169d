"""One language's words of the trade, compiled for finding: which phrase plays which part in a goal."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain
from typing import Any

from coach.core.facts.text import fold
from coach.core.facts.words import PhraseIndex, Plurals, Tag, alternatives, fold_all, stem
from coach.core.lexicon import LANGUAGES, PARTIAL, load

_CONJUGATED = re.compile(r"^([^\s+]*)\+(\S+)(.*)$")

TABLES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "metric": ("metrics", ()),
    "verb": (
        "verbs",
        (
            "past_marks",
            "past_endings",
            "imperfects",
            "conditionals",
            "imperatives",
            "infinitives",
            "finite",
            "third",
            "nominal",
            "endings",
        ),
    ),
    "object": ("objects", ()),
    "idiom": ("idioms", ()),
    "zone": ("zones", ("joins", "gerund", "for")),
    "frame": ("frames", ()),
    "scope": ("scope", ("narrowless", "adverbs")),
    "kind": (
        "kind",
        ("aux", "participles", "subjects", "objects", "determiners", "copulas", "whole", "nouns", "same_as_base"),
    ),
}
"""Role of a phrase → the lexicon's table, and the entries of that table which are read as word sets instead."""

_LONG = 7  # letters of a word that may be mended although it names no KPI of the catalogue

_OFTEN = 3  # entries that a word must be part of, to be mended where it names nothing alone

_APART = frozenset(
    {"scope", "kind"}
)  # their entries overlap each other, so each is a role of its own: "scope.segments"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What one lexicon knows: ``index`` finds phrases by role, ``sets`` hold single words (as stems)."""

    language: str
    index: PhraseIndex
    sets: Mapping[str, frozenset[str]]
    joined: Mapping[str, frozenset[tuple[str, ...]]]  # entries whose phrases are compared whole, as tuples of stems
    past_marks: tuple[str, ...]  # endings of a participle as typed, accents and all
    past_endings: tuple[str, ...]  # and folded
    base_like: frozenset[str]  # past forms that are the base form too: "hit"
    past_shortest: int  # letters of a participle at least
    imperfects: tuple[str, ...]  # endings of an imperfect, folded; none where the language has no such form
    imperfects_said: tuple[str, ...]  # and those that only a subject tells from nouns: "nous faisions"
    conditionals: tuple[str, ...]  # endings that look like them and are none
    imperatives: tuple[str, ...]  # endings of an order to one person, as typed
    finite: tuple[str, ...]  # endings of a verb that several people do: "cassent"
    third: tuple[str, ...]  # endings of a verb that someone or something does: "increases", "augmente"
    nominal: tuple[str, ...]  # endings of nouns that look like it: "ment"
    nouns: frozenset[str]  # stems that end so and are none
    infinitives: frozenset[str]  # stems of the first form of every verb
    adverbs: tuple[str, ...]  # endings of an adverb of manner: "ment", "ly"
    gerunds: tuple[str, ...]  # endings of a gerund: "ing", "ant"
    head_last: bool
    links: frozenset[str]  # words that end the name of what lies between two things: "time from"
    participles: tuple[str, ...]
    known: frozenset[str]  # every stem of the lexicon: no typo
    counted: frozenset[str]  # stems of the words that name a KPI
    named: frozenset[str]  # stems that name a KPI on their own
    fixable: tuple[str, ...]  # stems long enough to be worth mending


def kept() -> frozenset[str]:
    """Words of all languages that mean something else without their accent."""
    return _kept()


@cache
def _kept() -> frozenset[str]:
    return frozenset(chain.from_iterable(load(code)["language"]["kept"] for code in (*LANGUAGES, *PARTIAL)))


@cache
def of(language: str) -> Vocabulary:
    """The compiled lexicon of ``language``.

    Raises:
        KeyError: There is no lexicon for ``language``.
    """
    lexicon = load(language)
    plurals: Plurals = tuple((ending, singular) for ending, singular in lexicon["language"]["plurals"])
    index = PhraseIndex(plurals, _kept())
    words: set[str] = set(_function_words(lexicon))
    phrases = list(_phrases(lexicon))
    for phrase, tag in phrases:
        index.add(phrase, tag)
        words.update(fold(phrase).replace("'", " ").replace("-", " ").split())
    known = frozenset(stem(word, plurals) for word in words)
    worth = fold_all(word for phrase in _worth_mending(lexicon) for word in phrase.replace("'", " ").split())
    kpis = [phrase for phrase, tag in phrases if tag.role == "metric" and tag.value != "other"]
    return Vocabulary(
        language=language,
        index=index,
        sets=_sets(lexicon, plurals),
        joined={
            name: _joined(lexicon["metrics"]["options"].get(name, []), index) for name in ("linked", "of", "each_of")
        },
        past_marks=tuple(lexicon["verbs"].get("past_marks", ())),
        past_endings=tuple(fold_all(lexicon["verbs"].get("past_endings", ()))),
        base_like=frozenset(lexicon["kind"].get("same_as_base", ())),
        past_shortest=lexicon["verbs"].get("past_shortest", 4),
        imperfects=tuple(lexicon["verbs"].get("imperfects", ())),
        imperfects_said=tuple(lexicon["verbs"].get("imperfects_said", ())),
        conditionals=tuple(lexicon["verbs"].get("conditionals", ())),
        imperatives=tuple(lexicon["verbs"].get("imperatives", ())),
        finite=tuple(lexicon["verbs"].get("finite", ())),
        third=tuple(lexicon["verbs"].get("third", ())),
        nominal=tuple(lexicon["verbs"].get("nominal", ())),
        nouns=frozenset(stem(word, plurals) for word in fold_all(lexicon["kind"].get("nouns", ()))),
        infinitives=frozenset(
            stem(fold(form.split()[0]), plurals)
            for form in _infinitives(lexicon)
            if form.split()[0].endswith(tuple(lexicon["verbs"].get("infinitives", ())))
        ),
        adverbs=tuple(lexicon["scope"].get("adverbs", ())),
        gerunds=tuple(
            mark
            for forms in lexicon["verbs"].get("endings", {}).values()
            for mark in forms.get("gerund", "").replace("_", "").split()
            if len(mark) > 2
        ),
        head_last=lexicon["metrics"]["options"]["head"] == "last",
        links=frozenset(fold_all(lexicon["metrics"]["options"].get("links", ()))),
        participles=tuple(fold_all(lexicon["kind"]["participles"])),
        known=known,
        counted=frozenset(stem(word, plurals) for phrase in kpis for word in fold_all(phrase.split())),
        named=frozenset(stem(fold(phrase), plurals) for phrase in kpis if " " not in phrase),
        fixable=tuple(sorted({stem(word, plurals) for word in worth if 5 <= len(word) <= 24 and word.isalpha()})),
    )


def _function_words(lexicon: Mapping[str, Any]) -> list[str]:
    table = lexicon["language"]
    return fold_all(f"{table['function']} {table.get('common', '')}".replace("'", " ").split())


def _phrases(lexicon: Mapping[str, Any]) -> Iterator[tuple[str, Tag]]:
    for role, (table, left_out) in TABLES.items():
        for entry, phrases in lexicon.get(table, {}).items():
            if entry in left_out or not isinstance(phrases, list):
                continue
            for source in phrases:
                for phrase, form in _forms(source, lexicon["verbs"].get("endings", {}), role == "verb"):
                    yield phrase, Tag(f"{role}.{entry}" if role in _APART else role, entry, form)
    for entry, phrases in lexicon["metrics"]["options"].items():
        if isinstance(phrases, list) and entry not in ("linked", "of", "links", "each_of"):
            for source in phrases:
                for phrase in alternatives(source):
                    yield phrase, Tag(f"cue.{entry}", entry)
    for entry in ("joins", "gerund", "for"):
        for phrase in lexicon["zones"][entry]:
            yield phrase, Tag(f"word.{entry}", entry)


def _worth_mending(lexicon: Mapping[str, Any]) -> Iterator[str]:
    """What names KPIs, alone or often, and verbs in the form that opens a goal: other words are too like each other."""
    for entry, sources in lexicon["metrics"].items():
        named = [set(alternatives(source)) for source in sources] if entry != "options" else []
        often = Counter(word for phrases in named for word in {word for phrase in phrases for word in phrase.split()})
        alone = {phrase for phrases in named for phrase in phrases if " " not in phrase}
        kept = (word for word, times in often.items() if word in alone or times >= _OFTEN)
        yield from (word for word in kept if entry != "other" or len(word) >= _LONG)
    yield from _infinitives(lexicon)


def _infinitives(lexicon: Mapping[str, Any]) -> Iterator[str]:
    for sources in lexicon["verbs"].values():
        if isinstance(sources, list):
            yield from (next(_forms(source, lexicon["verbs"].get("endings", {}), True))[0] for source in sources)


def _forms(source: str, endings: Mapping[str, Any], verb: bool) -> Iterator[tuple[str, str]]:
    """Each spelling of ``source`` with its form: "augment+er" is conjugated by the class "er" of ``endings``."""
    for phrase in alternatives(source):
        conjugated = _CONJUGATED.match(phrase) if verb else None
        if conjugated is None:
            yield phrase, "base" if verb else ""
            continue
        root, name, rest = conjugated.groups()
        for form, marks in endings[name].items():
            for mark in marks.split():
                yield f"{root}{mark.replace('_', '')}{rest}", form


def _sets(lexicon: Mapping[str, Any], plurals: Plurals) -> dict[str, frozenset[str]]:
    names = ("aux", "subjects", "objects", "determiners", "copulas", "whole")
    entries = {name: lexicon["kind"].get(name, []) for name in names}
    entries["shortened"] = lexicon["language"].get("shortened", [])
    entries["narrowless"] = lexicon["scope"]["narrowless"]
    sets = {name: frozenset(stem(word, plurals) for word in _single(words)) for name, words in entries.items()}
    small = lexicon["language"]["function"].replace("'", " ").split()
    sets["function"] = frozenset(stem(word if word in _kept() else fold(word), plurals) for word in small)
    return sets


def _single(phrases: list[str]) -> Iterator[str]:
    """The words of ``phrases``, folded; one whose accent matters is given both ways."""
    for word in chain.from_iterable(phrase.split() for phrase in phrases):
        yield fold(word)
        if word in _kept():
            yield word


def _joined(phrases: list[str], index: PhraseIndex) -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(index.stems(variant.split())) for phrase in phrases for variant in {phrase, fold(phrase)})


def stemmed(language: str, word: str) -> str:
    """``word`` as ``language`` would look it up."""
    return of(language).index.stems((word,))[0]
