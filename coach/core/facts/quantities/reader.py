"""The figures of one text, one after the other."""

from decimal import Decimal

from coach.core.facts.quantities import context, numerals, symbols, units
from coach.core.facts.quantities import grammar as g
from coach.core.facts.quantities.figures import Figure, View
from coach.core.facts.quantities.numerals import Numeral

MANY = 300
"""Figures read at most in one text: a longer list is a table pasted in, not a goal."""

_NUMBERS = g.DIGITS | g.NUMBER | g.HUNDRED | g.SCALE | g.PART | g.COLLECTIVE
_WORDS = g.FRACTION | g.MULTIPLIER | g.DIVISOR | g.FIRST | g.ZERO
_HUNDRED = Decimal(100)


def read(view: View) -> list[Figure]:
    """Every figure in the order of the text; how they stand to each other comes later."""
    found: list[Figure] = []
    index = floor = 0
    while index < len(view.tokens) and len(found) < MANY:
        roles = view.tokens[index].roles
        opens = roles & (_NUMBERS | _WORDS) and not roles & g.IDIOM
        figure = _figure(view, index, floor) if opens else None
        if figure is None:
            index += 1
        else:
            found.append(figure)
            index = floor = figure.stop
    return found


def _figure(view: View, index: int, floor: int) -> Figure | None:
    """The figure that opens at token ``index``; None when it is none ("B2B", "iPhone 15", "un client")."""
    roles = view.roles(index)
    figure = _of_number(view, index, floor) if roles & _NUMBERS else None
    if figure is None and roles & _WORDS:
        figure = _of_word(view, index)
        if figure is not None:
            figure.floor = floor
    if figure is None or abs(figure.value) > symbols.LARGEST:
        return None
    context.introduce(view, figure)
    context.follow(view, figure)
    return None if context.is_no_quantity(view, figure) else figure


def _of_number(view: View, index: int, floor: int) -> Figure | None:
    if context.is_glued(view, index, floor) or context.is_mere_article(view, index):
        return None
    between = view.roles(index - 1) & g.BETWEEN
    numeral = numerals.read(view.tokens, index, view.line, view.grammar, joiners=not between)
    if numeral is None:
        return None
    share = _fraction(view, index, numeral)
    if share is not None:
        share.floor = floor
        return share
    figure = Figure(index, numeral.stop, numeral.value, floor=floor, other=numeral.other, rough=numeral.rough)
    figure.word, figure.scale_word, figure.tail = numeral.word, numeral.scale, numeral.tail
    if not units.read(view, figure, numeral):
        return None
    if numeral.lone_article and context.is_figure_of_speech(view, figure):
        return None
    bare = figure.unit is None and numeral.stop == index + 1
    if bare and numeral.lone_article and not context.is_counted_on_purpose(view, figure):
        return None
    if bare and view.roles(index) & g.ADJECTIVE and not view.plain_word(numeral.stop):
        return None  # "un véhicule neuf"
    return figure


def _of_word(view: View, index: int) -> Figure | None:
    """A figure that one word says: "doubler", "halve", "moitié", "un premier", "aucune perte"."""
    roles, entry = view.roles(index), view.tokens[index].entry
    if roles & g.FRACTION and entry and entry.share:
        return _share(view, index, index, Decimal(1), entry.share)
    if roles & g.MULTIPLIER and not view.frequency(index + 1):
        return Figure(index, index + 1, view.value(index), "x", form="multiplier", word=True, relative=True)
    if roles & g.DIVISOR:
        return Figure(index, index + 1, 1 / view.value(index), "x", form="multiplier", word=True, relative=True)
    if roles & g.MULTIPLIER:
        return Figure(index, index + 1, view.value(index), "count", word=True)  # "twice a week"
    if roles & g.ZERO:
        return Figure(index, index + 1, Decimal(0), "count", form="zero", word=True)
    named = roles & g.FIRST and view.plain_word(index + 1)
    return Figure(index, index + 1, Decimal(1), "count", form="first", word=True) if named else None


def _fraction(view: View, index: int, numeral: Numeral) -> Figure | None:
    """A fraction: "un tiers", "two-thirds", "3/4 des clients"."""
    stop = numeral.stop
    if view.roles(stop) & g.DASH and view.tight(stop) and view.tight(stop + 1):
        stop += 1
    named = view.tokens[stop].entry if stop < len(view.tokens) else None
    if view.roles(stop) & g.FRACTION and named and named.share and 0 < numeral.value < named.share:
        return _share(view, index, stop, numeral.value, named.share)
    slash = view.roles(stop) & g.SLASH and view.tight(stop) and view.tight(stop + 1)
    below = numerals.read(view.tokens, stop + 1, view.line, view.grammar) if slash else None
    if below and below.value in (2, 3, 4) and 0 < numeral.value < below.value and view.roles(below.stop) & g.OF:
        return Figure(index, below.stop, round(numeral.value * _HUNDRED / below.value, 2), "%")
    return None


def _share(view: View, first: int, named: int, times: Decimal, share: Decimal) -> Figure | None:
    """A share, in percent, of something: "d'un tiers", "la moitié des leads"; "a quarter" alone is a period."""
    by, follows = view.roles(first - 1) & g.BY, view.roles(named + 1)
    entry = view.tokens[named].entry
    said = by or follows & (g.OF | g.MORE | g.LESS) or times > 1 or (entry and entry.rest)
    after = named + 1 + bool(follows & g.OF)
    after += bool(view.roles(after) & g.ARTICLE)
    if not said or view.roles(after) & g.DURATION or (not by and view.roles(after) & g.TIME):
        return None
    figure = Figure(first, named + 1, round(times * _HUNDRED / share, 2), "%", word=True)
    if view.roles(named) & g.LESS:  # "a quarter off"
        figure.sign, figure.relative = -1, True
    return figure
