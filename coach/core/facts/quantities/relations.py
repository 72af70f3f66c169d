"""How the figures of a text stand to each other: ranges, the two ends of a movement, and the units they share."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

from coach.core.facts.quantities import grammar as g
from coach.core.facts.quantities import units
from coach.core.facts.quantities.figures import Figure, Form, View
from coach.core.facts.quantities.lexer import Token

_WORDS_BETWEEN = 9
"""Tokens between the two ends of a movement at most ("de 12 clients actifs aujourd'hui à 30")."""
_MILLION = Decimal(1_000_000)
_WORDS_IN_RATIO = 3
_WHOLES = frozenset(map(Decimal, (2, 3, 4, 5, 6, 8, 10, 20, 100)))
_SAME_MAGNITUDE = Decimal(20)
"""A bare lower end shares the magnitude of the upper one ("2 à 3 k€") unless it is far above it ("500 à 2 k€")."""


def settle(figures: Sequence[Figure], view: View) -> list[Figure]:
    """Join ranges into one figure, tell "from" and "to", share units, and give every figure a unit."""
    kept: list[Figure] = []
    for figure in figures:
        if kept and (_take_ratio(kept[-1], figure, view) or _join(kept[-1], figure, view)):
            continue
        kept.append(figure)
    for low, high in pairwise(kept):
        _pair(low, high, view)
    for figure in kept:
        _unit_of_last_resort(figure, view)
    return kept


# -- ratios ------------------------------------------------------------------------------------------------------------


def _take_ratio(part: Figure, whole: Figure, view: View) -> bool:
    """Make one share, or one mark, of "9 clients sur 10", "one in four", "4,5 sur 5"."""
    between = view.tokens[part.stop : whole.first]
    if not 0 < len(between) <= _WORDS_IN_RATIO or not between[-1].roles & g.OUT_OF or whole.value not in _WHOLES:
        return False
    fits = part.unit is None and whole.unit is None and part.value < whole.value and not part.upper
    counts_other = part.noun and whole.noun
    words = range(part.stop, whole.first - 1)
    if not fits or counts_other or not all(view.plain_word(index) for index in words):
        return False
    if view.governed_by(part, g.MARK) or any(view.roles(index) & g.UNCOUNTED for index in words):
        part.unit = f"/{whole.value}"
    else:
        part.value, part.unit = round(part.value * 100 / whole.value, 2), "%"
    part.stop, part.noun = whole.stop, False
    return True


# -- ranges ------------------------------------------------------------------------------------------------------------


def _join(low: Figure, high: Figure, view: View) -> bool:
    """Make ``high`` the upper end of ``low`` when the two are a range."""
    if low.upper or low.form != "plain" or high.form not in ("plain", "multiplier") or not _is_range(low, high, view):
        return False
    _share_units(low, high, Decimal(1))
    low.upper, low.form = high, "range"
    low.relative = low.relative or high.relative or bool(low.intro & g.BY and view.moves(low))
    low.rough = low.rough or high.rough
    return True


def _is_range(low: Figure, high: Figure, view: View) -> bool:
    if not _compatible(low, high) or high.value < low.value:
        return False
    between = view.tokens[low.stop : high.first]
    if low.intro & g.BETWEEN and high.intro & g.AND:
        return len(between) <= _WORDS_BETWEEN and not _broken(between)
    if len(between) != 1 or (low.noun and not between[0].roles & (g.DASH | g.TO)):
        return False
    roles = between[0].roles
    if roles & g.DASH:
        return not high.sign or view.tight(high.first)
    if roles & g.OR:
        return True
    if roles & g.SLASH:
        return view.tight(low.stop)
    return bool(roles & g.TO) and not roles & g.ARROW and not _moves_from(low, high, view)


def _moves_from(low: Figure, high: Figure, view: View) -> bool:
    """The ends of a movement ("de 10 à 15 %"), unless a percentage grows something that is no rate."""
    if not low.intro & g.FROM:
        return False
    if view.roles(high.stop) & g.SIZE and not view.moves(low) and not view.governed_by(low, g.SHIFT):
        return False
    both_said = low.unit is not None
    grows = low.intro & g.BY and high.unit == "%" and view.moves(low) and not view.hint(low) & g.RATE
    return both_said or not grows


def _broken(between: Sequence[Token]) -> bool:
    return any(token.roles & g.STOP for token in between)


# -- movements ---------------------------------------------------------------------------------------------------------


def _pair(one: Figure, two: Figure, view: View) -> None:
    """Mark the two ends of a movement, in whichever order they are written."""
    if one.form != two.form or one.form not in ("plain", "multiplier") or not _compatible(one, two):
        return
    between = view.tokens[one.stop : two.lead]
    if len(between) > _WORDS_BETWEEN or _broken(between):
        return
    order = _order(one, two, view)
    if order is None:
        return
    _share_units(one, two, _SAME_MAGNITUDE)
    if one.unit is None and not one.noun:
        implied = {units.implied(view, one), units.implied(view, two)} - {"count"}
        one.unit = two.unit = min(implied, default="count")
    one.form, two.form = order
    one.relative = two.relative = False


def _order(one: Figure, two: Figure, view: View) -> tuple[Form, Form] | None:
    opens = one.intro & g.FROM and not one.sign
    if two.intro & g.ARROW or (opens and two.intro & g.TO):
        return "from", "to"
    if two.intro & g.VERSUS or (one.intro & g.TO and two.intro & g.BACK):
        return "to", "from"
    if not _counts_the_same(one, two, view):
        return None
    if _is_current(two, view):
        return "to", "from"
    return ("from", "to") if _is_current(one, view) else None


def _counts_the_same(one: Figure, two: Figure, view: View) -> bool:
    return not (one.noun and two.noun) or view.written(one.stop)[:4] == view.written(two.stop)[:4]


def _is_current(figure: Figure, view: View) -> bool:
    """Said to be today's level: "actuellement 18 %", "18 % aujourd'hui"."""
    if figure.intro & g.CURRENT:
        return True
    after = figure.stop + (1 if figure.noun else 0)
    return any(view.roles(index) & g.CURRENT for index in range(figure.stop, after + 1))


# -- units -------------------------------------------------------------------------------------------------------------


def _compatible(one: Figure, two: Figure) -> bool:
    """Both may be of one unit: the same, or one left unsaid."""
    if one.unit is None or two.unit is None:
        bare = one if one.unit is None else two
        other = two if one.unit is None else one
        return not (bare.noun and other.unit is not None)
    return one.unit == two.unit


def _share_units(one: Figure, two: Figure, most: Decimal) -> None:
    """Give each what only the other says: its unit, and its magnitude when the bare value is at most ``most`` times."""
    for bare, said in ((one, two), (two, one)):
        if bare.unit is None and said.unit is not None:
            bare.unit = said.unit
            if bare.other is not None and said.unit in ("%", "x", "points"):
                bare.value, bare.other = bare.other, None
        if said.tail > 1 and bare.tail == 1 and _shares_tail(bare, said, most):
            bare.value *= said.tail
            bare.tail, bare.magnitude, bare.scale_word = said.tail, said.magnitude, said.scale_word
    if one.noun or two.noun:
        one.noun = two.noun = True


def _shares_tail(bare: Figure, said: Figure, most: Decimal) -> bool:
    head = said.value / said.tail
    words_below_a_million = said.magnitude == 1 and said.tail < _MILLION
    return 0 < bare.value <= head * (1 if words_below_a_million else most)


def _unit_of_a_length(figure: Figure, view: View) -> str | None:
    """When the other end is a length that the reading of time has taken: "3 mois au lieu de 5"."""
    if figure.noun or not figure.intro & (g.VERSUS | g.FROM | g.TO):
        return None
    for index in (figure.lead - 1, figure.stop, figure.stop + 1, figure.stop + 2):
        if view.roles(index) & g.TIME and view.tokens[index].entry:
            return view.unit(index)
    return None


def _unit_of_last_resort(figure: Figure, view: View) -> None:
    """A counted thing, or nothing stated: an amount, a rate or a magnitude without its sign."""
    unit = figure.unit or _unit_of_a_length(figure, view)
    if unit is None:
        unit = "count" if figure.noun else units.implied(view, figure)
    for end in (figure, figure.upper):
        if end is not None and end.unit is None:
            end.unit = unit
