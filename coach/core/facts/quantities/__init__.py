"""Every figure of a text that is no part of a date or a period, with its unit and how it is meant.

A figure without a stated unit is a ``count`` before the thing it counts, ``points`` after a score (NPS), and ``none``
where a currency or percent sign is missing: after an amount or a rate ("CA 10k", "taux de closing à 25"), or with a
magnitude and no counted thing ("15k"). Values are in base units and never negative: ``sign`` tells "+" from "−".
A range is one mention; :func:`spell_out` gives both its ends. The work grows in line with the text.
"""

from collections.abc import Iterable, Sequence

from coach.core.facts.mentions import QuantityMention
from coach.core.facts.quantities import grammar, lexer, reader, relations
from coach.core.facts.quantities.figures import Figure, View
from coach.core.facts.text import Text
from coach.core.model import Quantity, Span


def find(
    text: Text, language: str, *, taken: Sequence[Span] = (), locale: str | None = None
) -> tuple[QuantityMention, ...]:
    """The figures of ``text`` in its order, none overlapping another.

    Args:
        text: The text as typed and folded.
        language: Whose words to read; a language without a lexicon has its digits and signs read.
        taken: Spans of time expressions; what stands in them is no quantity.
        locale: Settles "1.234", "$" and "grand" where they depend on the place ("en-GB", "fr-CA").
    """
    words = grammar.of(language, locale)
    pieces, line = lexer.tokens(text, taken, words)
    view = View(pieces, line, words, locale)
    return tuple(_mention(figure, view) for figure in relations.settle(reader.read(view), view))


def spell_out(mentions: Iterable[QuantityMention]) -> tuple[Quantity, ...]:
    """One value per figure written: a range is two of them."""
    found: list[Quantity] = []
    for mention in mentions:
        spans = mention.ends or (mention.span,)
        values = (mention.value,) if mention.value_max is None else (mention.value, mention.value_max)
        found += (
            Quantity(value=value, unit=mention.unit, span=span) for value, span in zip(values, spans, strict=True)
        )
    return tuple(found)


def _mention(figure: Figure, view: View) -> QuantityMention:
    lower, upper = _span(figure, view), _span(figure.upper, view) if figure.upper else None
    form = figure.form
    if form == "plain" and figure.relative:
        form = "change"
    elif form == "plain" and not figure.value:
        form = "zero"
    return QuantityMention(
        span=(lower[0], (upper or lower)[1]),
        value=float(figure.value),
        unit=figure.unit or "none",
        value_max=float(figure.upper.value) if figure.upper else None,
        comparator=figure.comparator,
        form=form,
        word=figure.word,
        approximate=figure.rough,
        sign=figure.sign,
        relative=figure.relative,
        ends=(lower, upper) if upper else None,
    )


def _span(figure: Figure, view: View) -> Span:
    return view.tokens[figure.first].start, view.tokens[figure.stop - 1].end
