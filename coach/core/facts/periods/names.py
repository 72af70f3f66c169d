"""First pass: the rules that find names of dates, periods and lengths. The order matters: the first that fits wins."""

from functools import cache

from coach.core.facts.periods import naming as n
from coach.core.facts.periods.grammar import LAST, NEXT, OF, SPAN_UNIT, UNIT, Pass, Rule
from coach.core.facts.periods.moments import moment

_DAY = "[number ordinal]"
_THE = "[the of_the to_the]"
_YEAR = f"([comma slash]? {OF}? the? [year short_year])"
_MONTH_YEAR = f"(dot? comma? {OF}? the? [year short_year])"
_WEEKDAY = "([weekday weak_weekday] dot? comma?)"
_NO_COUNT = f"(?! {UNIT}|percent)"
_DATE_AHEAD = "(?<=[the of_the to_the by by_or_latest by_date before until on for colon start this])"
_LEAD = "(?<=[the this next_before on by by_date by_or_latest before until close_of_day])"
_NOT_PER = "(?<![per every slash article number this next_before next])"

_DAYS: tuple[Rule, ...] = (
    (f"{_DAY} (to|to_the|and|dash|until) the? {_DAY} {OF}? the? month {_MONTH_YEAR}?", n.day_range),
    (f"range {OF}? month {_MONTH_YEAR}?", n.day_range),
    (f"{_WEEKDAY}? {_THE}? number slash month slash [year number]", n.day_of),
    (f"{_WEEKDAY}? the? next_before? {_DAY} {OF}? the? month {_MONTH_YEAR}? next?", n.day_of),
    (f"{_WEEKDAY}? the? day_date", n.in_figures),
    (f"{_WEEKDAY} the? fraction", n.fraction),
    ("[from between] fraction [to and] fraction", n.fraction_range),
    (f"{_DATE_AHEAD} fraction (?! {UNIT}|percent|of|of_the)", n.fraction),
    ("fraction (?! of|of_the)", n.lone_fraction),
    ("month_date", n.year_month),
    ("relative_day", n.relative_day),
    (f"weekday the? {_DAY} (?! {UNIT}|percent|other|rate|of|u_fiscal|clock)", n.day_number),
    (
        f"[this next next_before coming last last_before] [weekday weak_weekday] (?! of|of_the)|{_LEAD} weak_weekday",
        n.weekday,
    ),
    ("weekday [next next_after after_next week_later last last_after]?", n.weekday),
)

_MONTH_FIRST: tuple[Rule, ...] = (  # March 3, March 1 to 15
    (f"month {_DAY} (to|until|dash|and) the? {_DAY} {_NO_COUNT} {_YEAR}?", n.day_range),
    (f"month range {_NO_COUNT} {_YEAR}?", n.day_range),
    (
        f"{_WEEKDAY}? (?<![in]) month dot? the? (ordinal|number (?! {UNIT}|percent)) (comma? [year short_year])?",
        n.day_of,
    ),
)

_PARTS: tuple[Rule, ...] = (
    ("year [code_quarter code_half]", n.part),
    ("[u_fiscal code_fiscal] [code_quarter code_half]", n.part),
    (f"[code_quarter code_half] ({OF}? code_fiscal|{OF}? u_fiscal [year number]|{_YEAR}|last|last_after)?", n.part),
    (f"the? {LAST} [code_quarter code_half]", n.part),
    (f"ordinal u_fiscal? [u_quarter u_half] {_MONTH_YEAR}?", n.part),
    (f"{_NOT_PER} the? [u_quarter u_half] number (?! percent|other)", n.part),
    (f"{LAST} [u_quarter u_half] {_YEAR}", n.last_part),
    (f"{_NOT_PER} the? u_week (number [to and dash until] number|range) {_NO_COUNT} {_YEAR}?", n.weeks),
    (f"{_NOT_PER} (the? u_week|u_week dot) {_DAY} {_NO_COUNT} {_YEAR}?|code_week {_YEAR}?", n.week_number),
    (
        "the? [u_fiscal code_fiscal] [years year range short_year number] (?! percent)"
        "|code_fiscal (slash [number short_year])?",
        n.fiscal,
    ),
    ("number u_hour [year short_year]", n.half_in_hours),
    ("years", n.years),
    (
        f"[this next next_before coming last last_before]? (the? u_month {OF})? month"
        f"({_MONTH_YEAR}|next|last|last_after)?",
        n.month,
    ),
)

_RELATIVE: tuple[Rule, ...] = (
    (f"[this during_or_this] {SPAN_UNIT} this_after?|the? {SPAN_UNIT} [this_after during_or_this]", n.relative(0)),
    (f"the? ({NEXT} {SPAN_UNIT}|{SPAN_UNIT}) after_next", n.relative(2)),
    (f"[the this]? {NEXT} {SPAN_UNIT}|the? {SPAN_UNIT} [next next_after]", n.relative(1)),
    (f"[the this]? {LAST} {SPAN_UNIT} (?! of|of_the|year)|the? {SPAN_UNIT} [last last_after]", n.relative(-1)),
    (
        f"[the this]? ({NEXT} article? [number dozen] of? {UNIT}|number [next coming] {UNIT}"
        f"|number {UNIT} [next next_after] (?! the))",
        n.next_n,
    ),
    (
        f"[the this]? ({LAST} article? [number dozen] of? {UNIT} (?! of|of_the)|number last {UNIT} (?! of|of_the))",
        n.past_n,
    ),
    (f"the? (number {UNIT} [last last_after rolling]|rolling number {UNIT})", n.past_n),
    (f"[the this]? {NEXT} u_fortnight", n.next_n),
)

_LENGTHS: tuple[Rule, ...] = (
    ("(?<=[in within]) the u_fortnight", n.length),
    ("number clock|noon|between number u_hour and number u_hour", n.clock),
    (f"[number article] [to dash or and] number {UNIT}", n.length),
    (f"[half_of u_half] article? {UNIT}|article [half_of u_half] {UNIT}", n.half_length),
    (
        f"(article? dozen of?|article|number|range) {UNIT} (and? number {UNIT} (and? number {UNIT})?)? and_half?",
        n.length,
    ),
)

_OTHERS: tuple[Rule, ...] = (
    (f"(the? u_year|{NEXT})? year", n.calendar_year),
    ("offset", n.offset),
    ("running", n.running),
    ("end_code [year short_year]?", n.end_code),
    ("[this next next_before coming last last_before]? moment [year next last]?", moment),
    (f"the {SPAN_UNIT}|(?<=[of_the to_the]) {SPAN_UNIT}", n.the_unit),
)


_SHORT_YEAR_OF_PART = (
    "(?<=[by by_date before until end in for to_the of_the]) [code_quarter code_half] number"
    "(?= [comma dot stop colon dash]|$)",
    n.part_of_short_year,
)
_SHORT_YEAR: tuple[Rule, ...] = (  # where no day follows a month: "d'ici juin 27"
    ("(?<=[by before until end mid begin]) month number (?= [comma dot stop colon dash]|$)", n.month_of_short_year),
)


@cache
def names(month_first: bool) -> Pass:
    """The pass for a language that says "March 3", or for one that does not."""
    extra = _MONTH_FIRST if month_first else _SHORT_YEAR
    return Pass(*_DAYS[:3], *extra, *_DAYS[3:], _SHORT_YEAR_OF_PART, *_PARTS, *_RELATIVE, *_LENGTHS, *_OTHERS)
