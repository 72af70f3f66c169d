"""What a number counts: magnitude, currency, percent, points, multiplier, duration or mark, before it or after it."""

from decimal import Decimal

from coach.core.facts.quantities import grammar as g
from coach.core.facts.quantities import numerals, symbols
from coach.core.facts.quantities.figures import Figure, View
from coach.core.facts.quantities.numerals import Numeral

_THOUSAND, _HUNDRED, _MILLION = Decimal(1000), Decimal(100), Decimal(1_000_000)
_NAMED = ((g.PERCENT, "%", 1), (g.BASIS, "points", 100), (g.POINTS, "points", 1))
_HYPHENATED = g.PERCENT | g.POINTS | g.TIMES | g.DURATION
_SHORTEST_NOUN = 4
"""Letters that touch digits: a noun typed without its space from here on ("10clients"), an ordinal or a name below."""


def read(view: View, figure: Figure, numeral: Numeral) -> bool:
    """Give the figure its unit. False: what touches the number makes it none ("1er", "4G")."""
    _prefix(view, figure)
    index = figure.stop
    if view.roles(index) & g.MAGNITUDE and not view.roles(index) & g.CURRENCY and _is_magnitude(view, index, numeral):
        figure.scale(view.value(index))
        figure.stop = index = index + 1
    hyphen = view.roles(index) & g.DASH and view.tight(index) and view.tight(index + 1)
    if hyphen and view.roles(index + 1) & _HYPHENATED:
        index += 1
    if not view.near(index) or _named(view, figure, index):
        return True
    if figure.unit is not None:
        _cents(view, figure)
    word = view.written(figure.stop)
    if not (view.tight(figure.stop) and numeral.digits and word[0].isalpha()):
        return True
    return len(word) >= _SHORTEST_NOUN and word not in view.grammar.ordinals


def implied(view: View, figure: Figure) -> str:
    """The unit of a figure that states none and counts no thing beside it."""
    after = figure.stop + bool(view.roles(figure.stop) & g.OF)
    told = view.roles(after) & (g.SCORE | g.AMOUNT | g.RATE) or view.hint(figure)
    if told & g.SCORE:
        return "points"
    large = figure.magnitude > 1 or figure.scale_word >= _MILLION
    return "none" if told or large else "count"


def _prefix(view: View, figure: Figure) -> None:
    """Read a currency before the number: "$10k", "EUR 20", "k€ 150"."""
    before = figure.first - 1
    if before < figure.floor or not view.roles(before) & g.PREFIX or not view.near(figure.first):
        return
    figure.unit, figure.first = symbols.currency(view.unit(before), view.locale), before
    ahead = before - 1
    if view.roles(before) & g.MAGNITUDE:
        figure.scale(view.value(before))
    elif ahead >= figure.floor and view.roles(ahead) & g.MAGNITUDE and view.tight(before):
        figure.scale(view.value(ahead))
        figure.first = ahead


def _is_magnitude(view: View, index: int, numeral: Numeral) -> bool:
    """As in "10k" and "1,5 M", but not "50 m²" nor "10 m'ont répondu"."""
    end = view.tokens[index].end
    follows = view.line[end : end + 1]
    return view.near(index) and numeral.digits and not (follows.isalnum() or follows == "'")


def _named(view: View, figure: Figure, index: int) -> bool:
    roles = view.roles(index)
    if roles & g.CURRENCY and figure.unit is None and not _is_of_the_next(view, index):
        return _money(view, figure, index)
    many = figure.large or figure.rough
    if roles & g.OF and view.roles(index + 1) & g.CURRENCY and many and figure.unit is None:
        return _money(view, figure, index + 1)
    if roles & g.SLANG:
        return _slang(view, figure, index)
    for role, unit, divisor in _NAMED:
        if roles & role and not (role == g.POINTS and _is_thing(view, index)):
            _settle(figure, index + 1, unit)
            figure.value /= divisor
            return True
    if roles & g.TIMES:
        return _times(view, figure, index)
    if roles & g.DURATION:
        return _settle(figure, index + 1, view.unit(index))
    return _mark(view, figure, index)


def _is_of_the_next(view: View, index: int) -> bool:
    """As in "a €4m pipeline": the sign touches the digits behind it and nothing before."""
    return not view.tight(index) and view.tight(index + 1) and bool(view.roles(index + 1) & g.DIGITS)


def _settle(figure: Figure, stop: int, unit: str) -> bool:
    figure.as_decimal()
    figure.unit, figure.stop = unit, stop
    return True


def _is_thing(view: View, index: int) -> bool:
    pattern = view.grammar.not_points
    return bool(pattern and pattern.match(view.line, view.tokens[index].end))


def _money(view: View, figure: Figure, index: int) -> bool:
    if view.roles(index) & g.UNSURE and not _is_money(view, figure, index):
        return False
    figure.unit, figure.stop = symbols.currency(view.unit(index), view.locale), index + 1
    if view.roles(index) & g.MAGNITUDE:
        figure.scale(view.value(index))
    follows = view.roles(index + 1)
    if not figure.large and follows & (g.SCALE | g.MAGNITUDE) and not follows & g.CURRENCY and view.near(index + 1):
        figure.scale(view.value(index + 1))
        figure.stop += 1
    _cents(view, figure)
    return True


def _is_money(view: View, figure: Figure, index: int) -> bool:
    """A word that is also a thing ("livres") is money after a magnitude, or about an amount and before no noun."""
    if figure.large:
        return True
    return not view.plain_word(index + 1) and bool(view.hint(figure) & g.AMOUNT)


def _cents(view: View, figure: Figure) -> None:
    """Add the small change: "13 euros et 45 centimes", "$20 and 43c", "15 dollars 50"."""
    index = figure.stop + bool(view.roles(figure.stop) & (g.AND | g.JOINER))
    if not view.roles(index) & (g.DIGITS | g.NUMBER) or not view.near(index) or figure.magnitude > 1:
        return
    numeral = numerals.read(view.tokens, index, view.line, view.grammar)
    if numeral is None or numeral.value % 1:
        return
    last = view.roles(numeral.stop - 1)
    if last & g.HUNDRED and last & g.SUBUNIT:  # "quinze cents" behind a currency are no hundreds
        cents, said = numeral.value / _HUNDRED, True
    else:
        cents, said = numeral.value, bool(view.roles(numeral.stop) & g.SUBUNIT) and view.near(numeral.stop)
        numeral.stop += said
    if 0 < cents < _HUNDRED and (said or _is_a_price(view, figure, index, numeral)):
        figure.value += cents / _HUNDRED
        figure.stop = numeral.stop


def _is_a_price(view: View, figure: Figure, index: int, numeral: Numeral) -> bool:
    """Two digits behind the word of a currency, with nothing that they count: "15 dollars 50"."""
    two = numeral.digits and len(view.written(index)) == 2 and not figure.value % 1
    counts = view.plain_word(numeral.stop) or view.roles(numeral.stop) & (
        g.PERCENT | g.CURRENCY | g.POINTS | g.MAGNITUDE
    )
    return two and not counts and not view.roles(figure.first) & g.PREFIX


def _slang(view: View, figure: Figure, index: int) -> bool:
    """A word for a thousand: "10 grand", but not "3 grand prizes"."""
    if view.plain_word(index + 1):
        return False
    figure.scale(_THOUSAND)
    figure.unit, figure.stop = figure.unit or symbols.home_currency(view.locale) or "none", index + 1
    return True


def _times(view: View, figure: Figure, index: int) -> bool:
    """A multiplier: "3x", "3 fois plus", "10-fold"; "3 fois par semaine" counts."""
    letter = len(view.written(index)) == 1
    if letter and view.tight(index + 1) and view.line[view.tokens[index + 1].start].isalnum():
        return False
    if not letter and (view.frequency(index + 1) or view.roles(index + 1) & (g.PER | g.ARTICLE) == g.PER):
        figure.unit = "count"
        return True
    _settle(figure, index + 1, "x")
    figure.form, figure.relative = "multiplier", True
    return True


def _mark(view: View, figure: Figure, index: int) -> bool:
    """A mark out of something: "4,5/5", "8/10"."""
    slash = view.roles(index) & g.SLASH and view.tight(index) and view.tight(index + 1)
    if not slash or not view.roles(index + 1) & g.DIGITS or figure.unit is not None:
        return False
    below = numerals.read(view.tokens, index + 1, view.line, view.grammar)
    if below is None or below.value not in symbols.RATINGS or figure.value > below.value:
        return False
    return _settle(figure, below.stop, f"/{int(below.value)}")
