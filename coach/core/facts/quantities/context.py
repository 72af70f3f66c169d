"""What stands beside a figure: signs, comparators, "de plus", the verb it obeys; and what makes it no quantity."""

from decimal import Decimal

from coach.core.facts.quantities import grammar as g
from coach.core.facts.quantities.figures import Figure, View

_LEADS = (
    g.BEFORE | g.ABOUT | g.FROM | g.TO | g.VERSUS | g.CURRENT | g.BETWEEN | g.BY | g.AND | g.OR | g.ARROW | g.OF
    | g.MORE | g.BACK | g.ALWAYS
)  # fmt: skip
_LINKS = g.FROM | g.TO | g.BY | g.OF
_LEADS_AT_MOST = 5
_PASSED = g.TIME | g.PER | g.DURATION
_FOLLOWERS_AT_MOST = 5
_TIMES_AT_MOST = 100
"""More is no multiplier but a product's name ("X200")."""
_YEARS = range(1990, 2051)
_TO_A_CADENCE = 6
"""Tokens between "un" and the period that it is counted by at most ("un rendez-vous de suivi par semaine")."""


def introduce(view: View, figure: Figure) -> None:
    """Walk left over signs, comparators and little words."""
    index = _sign(view, figure)
    for _ in range(_LEADS_AT_MOST):
        before = index - 1
        roles = view.roles(before) if before >= figure.floor and view.near(index) else 0
        if not roles & (_LEADS | g.ARTICLE) or roles & (g.DASH | g.PLUS):
            break
        if roles & g.MORE and figure.intro & _LINKS:
            break  # "ventes additionnelles de 8 k€": what is additional is not the figure
        entry = view.tokens[before].entry
        if roles & g.BEFORE and entry and figure.comparator is None:
            figure.comparator = entry.before
        figure.rough = figure.rough or bool(roles & g.ABOUT)
        figure.sign = figure.sign or (1 if roles & g.MORE else 0)
        figure.intro |= roles & _LEADS
        index = before
    figure.lead = index
    figure.relative = figure.relative or figure.sign != 0


def _sign(view: View, figure: Figure) -> int:
    before = figure.first - 1
    roles = view.roles(before) if before >= figure.floor else 0
    if roles & g.PLUS and view.near(figure.first):
        figure.sign, figure.first = 1, before
    elif roles & g.DASH and _is_minus(view, figure, before):
        figure.sign, figure.first = -1, before
    elif roles & g.TIMES and view.near(figure.first) and len(view.written(before)) == 1:
        _multiply(view, figure, before)
    return figure.first


def _is_minus(view: View, figure: Figure, dash: int) -> bool:
    """A dash that touches the figure and nothing before it; a dash and a space is a bullet or a pause."""
    if dash == figure.floor and figure.floor:
        return False  # right behind another figure: a range
    opened = bool(view.roles(dash - 1) & (g.OPEN | g.COLON))
    return opened if not view.tight(dash + 1) else not view.tight(dash) or opened


def _multiply(view: View, figure: Figure, times: int) -> None:
    """A sign of multiplication before the figure: "x3", "× 2"."""
    if figure.unit is None and not view.tight(times) and figure.value <= _TIMES_AT_MOST:
        figure.as_decimal()
        figure.unit, figure.form, figure.relative, figure.first = "x", "multiplier", True, times


def follow(view: View, figure: Figure) -> None:
    """Look right for the counted noun, "ou plus", "de plus", "supplémentaires"; then say whether it is a change."""
    if view.roles(figure.stop) & g.PLUS and view.tight(figure.stop) and not view.tight(figure.stop + 1):
        figure.comparator, figure.stop = figure.comparator or ">=", figure.stop + 1
    figure.noun = figure.unit is None and _counts(view, figure) and not view.measured(figure)
    index = figure.stop + bool(view.roles(figure.stop) & g.OF)
    for _ in range(_FOLLOWERS_AT_MOST):
        more, of = view.roles(index) & (g.MORE | g.LESS), view.roles(index + 1) & g.OF
        if more and of and view.roles(index + 2) & (g.DIGITS | g.NUMBER | g.PREFIX):
            break  # "6 chantiers de plus de 20 k€": a bound of another figure
        if view.roles(index) & (g.AFTER | g.MORE | g.LESS):
            _apply(view, figure, index)
            break
        if not (view.plain_word(index) or view.roles(index) & _PASSED) or not view.near(index):
            break
        index += 1
    _change(view, figure)


def _counts(view: View, figure: Figure) -> bool:
    """A thing is named right after the number, or after "de" where it is a large one ("2 M d'abonnés")."""
    index = figure.stop + bool(figure.large and view.roles(figure.stop) & g.OF)
    if figure.magnitude > 1 and (view.roles(index + 1) | view.roles(index + 2)) & g.AMOUNT:
        return False  # "5k new MRR"
    return view.plain_word(index)


def _apply(view: View, figure: Figure, index: int) -> None:
    entry, roles = view.tokens[index].entry, view.roles(index)
    if roles & g.AFTER and entry and figure.comparator is None:
        figure.comparator = entry.after
    if roles & (g.MORE | g.LESS):
        figure.sign = figure.sign or (1 if roles & g.MORE else -1)
        figure.relative = True


def _change(view: View, figure: Figure) -> None:
    """Multiplied or divided by; otherwise a change when a movement governs it."""
    governed = figure.intro & g.BY or view.roles(figure.lead - 1) & g.MULTIPLY
    if figure.unit is None and governed and _multiplied(view, figure):
        return
    if figure.form == "multiplier" and (figure.comparator or figure.intro & g.TO):
        figure.relative = False  # a level: "coverage ≥ 3x"
    if figure.form != "plain" or figure.intro & (g.TO | g.VERSUS | g.CURRENT):
        return
    if figure.intro & g.ALWAYS or (figure.intro & g.BY and view.moves(figure)):
        figure.relative = True
    elif figure.unit in ("%", "points"):
        after = figure.stop + bool(view.roles(figure.stop) & g.OF)
        pushed = not figure.intro & (g.BEFORE | g.OF | g.BY) and view.moves(figure)
        figure.relative = figure.relative or pushed or bool(view.roles(after) & g.MOVE)


def _multiplied(view: View, figure: Figure) -> bool:
    for role in (g.MULTIPLY, g.DIVIDE):
        if view.governed_by(figure, role) and figure.value:
            figure.as_decimal()
            figure.value = figure.value if role == g.MULTIPLY else 1 / figure.value
            figure.unit, figure.form, figure.relative = "x", "multiplier", True
            return True
    return False


# -- no quantity -------------------------------------------------------------------------------------------------------


def is_glued(view: View, index: int, floor: int) -> bool:
    """Digits of the word before them ("B2B", "T3", "v2.0", "covid-19"), unless that is a figure ("5k-20k")."""
    before = index - 1
    if not view.roles(index) & g.DIGITS or not view.tight(index) or (floor and before == floor):
        return False
    if view.roles(before) & g.DASH:
        return view.tight(before) and view.line[view.tokens[before].start - 1].isalpha()
    if view.roles(before) & g.TIMES:
        return view.written(index).isdigit() and int(view.written(index)[:9]) > _TIMES_AT_MOST
    return view.line[view.tokens[index].start - 1].isalnum() and not view.roles(before) & g.CURRENCY


def is_figure_of_speech(view: View, figure: Figure) -> bool:
    """Units that an article makes a manner of speaking: "a week", "une fois", "faire un point"."""
    unit = view.roles(figure.stop - 1) if not view.roles(figure.first) & g.ONE else 0
    if unit & g.POINTS:
        measured = view.roles(figure.stop) & g.OF and view.roles(figure.stop + 1) & (g.RATE | g.AMOUNT | g.SCORE)
        return figure.unit == "points" and not measured and not view.governed_by(figure, g.MOVE)
    return bool(unit & (g.DURATION | g.TIMES))


def is_mere_article(view: View, index: int) -> bool:
    """Before another article, or a word that neither goes on with a number nor is counted: spares a longer look."""
    then = view.roles(index + 1)
    return bool(
        view.roles(index) & g.ARTICLE and (then & g.ARTICLE or (then & g.SKIP and not then & (g.OR | g.TO | g.OUT_OF)))
    )


def is_counted_on_purpose(view: View, figure: Figure) -> bool:
    """Articles count when compared, listed, or set against a period ("au moins un", "un rendez-vous par semaine")."""
    before, after, then = view.roles(figure.first - 1), view.roles(figure.stop), view.roles(figure.stop + 1)
    if after & (g.DIGITS | g.NUMBER | g.PREFIX):
        return False  # "at least an 18% response rate", "a €4m pipeline"
    counted = view.plain_word(figure.stop) or after & g.MORE
    if view.roles(figure.first) & g.ONE and counted and not before & (g.LABEL | g.DASH):
        return True
    if (before & g.BEFORE and not before & g.ABOUT) or (before & g.VERSUS and view.roles(figure.first) & g.ONE):
        return True
    if _is_ratio(view, figure.stop):
        return True
    if after & (g.OR | g.DASH | g.TO) and then & (g.NUMBER | g.DIGITS) and not then & g.ARTICLE:
        return True
    return view.plain_word(figure.stop) and _has_a_cadence(view, figure.stop)


def _is_ratio(view: View, index: int) -> bool:
    """One of so many: "un client sur trois", "one in four"."""
    index += view.plain_word(index)
    index += view.plain_word(index)
    return bool(view.roles(index) & g.OUT_OF and view.roles(index + 1) & (g.DIGITS | g.NUMBER))


def _has_a_cadence(view: View, index: int) -> bool:
    for ahead in range(index, min(index + _TO_A_CADENCE, len(view.tokens))):
        if view.frequency(ahead):
            return True
        if view.roles(ahead) & (g.STOP | g.DIGITS | g.COLON | g.OPEN | g.TIME):
            return False
    return False


def is_no_quantity(view: View, figure: Figure) -> bool:
    """A number of something named ("iPhone 15", "n° 2"), a year, or the number of a heading."""
    if figure.unit is not None or figure.magnitude > 1 or figure.sign:
        return False
    described = figure.stop + bool(view.roles(figure.stop) & g.DASH)
    if view.roles(described) & g.UNCOUNTED and not view.roles(described + 1) & g.OUT_OF:
        return True
    before = figure.first - 1
    labelled = before >= figure.floor and view.roles(before) & g.LABEL and view.near(figure.first)
    return bool(labelled) or _is_year(view, figure) or _is_heading(view, figure)


def _is_year(view: View, figure: Figure) -> bool:
    written = view.written(figure.first)
    if figure.comparator or not (len(written) == 4 and written.isdigit() and int(written) in _YEARS):
        return False
    measured = figure.noun or view.hint(figure) or figure.intro & (g.FROM | g.TO)
    return figure.value % 50 != Decimal(0) or not measured


def _is_heading(view: View, figure: Figure) -> bool:
    """The number of a heading: "1. Signer…", "2) …", "Objectif 1 :"."""
    follows = view.roles(figure.stop)
    if not view.roles(figure.first) & g.DIGITS or not follows & (g.STOP | g.CLOSE | g.COLON | g.DASH):
        return False
    if view.roles(figure.first - 1) & g.HEADING:
        return bool(follows & (g.COLON | g.DASH))
    opens = not view.line[: view.tokens[figure.first].start].rpartition("\n")[2].strip(" -*(")
    end = view.tokens[figure.stop].end
    spaced = view.written(figure.stop) in (".", ")") and view.tight(figure.stop) and view.line[end : end + 1] == " "
    return opens and spaced and figure.value < 100
