"""Figures and days as a person writes them, by locale: money, numbers, units, dates, in each language's typography.

Babel knows the formats; French typography is ours to finish, since CLDR puts a wide no-break space before "€" and "%"
where French printing wants the narrow one (Imprimerie nationale, Lexique des règles typographiques).
"""

import math
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_currency, format_decimal
from babel.units import format_unit

from coach.core import kpis

NARROW = "\u202f"
"""The narrow no-break space of French typography."""

_WIDE = "\u00a0"
_LARGEST = 1e15  # beyond it digits say nothing: powers of ten do
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_MEASURES = {"days": "duration-day", "hours": "duration-hour", "months": "duration-month"}


@lru_cache(maxsize=64)
def locale_of(tag: str) -> Locale:
    """The Babel locale of ``fr``, ``en-GB``, ``en_US``…; its language alone for an unknown region, else English."""
    for candidate in (tag, tag.replace("-", "_").split("_")[0]):
        try:
            return Locale.parse(candidate.replace("-", "_"))
        except (ValueError, UnknownLocaleError):
            continue
    return Locale("en")


def typography(text: str, locale: str) -> str:
    """``text`` with the spaces its language wants: in French, narrow no-break ones."""
    return text.replace(_WIDE, NARROW) if locale_of(locale).language == "fr" else text


def number(value: float, locale: str, *, decimals: int = 2) -> str:
    """A plain figure: "8 000", "8,000", "2,5"; at most ``decimals`` decimals, powers of ten from 10^15 on."""
    if abs(value) >= _LARGEST:
        return _power(value, locale, decimals)
    pattern = "#,##0." + "#" * decimals if decimals else "#,##0"
    return typography(format_decimal(value, format=pattern, locale=locale_of(locale)), locale)


def _power(value: float, locale: str, decimals: int) -> str:
    exponent = math.floor(math.log10(abs(value)) + 1e-9)
    mantissa = value / 10**exponent
    power = f"10{str(exponent).translate(_SUPERSCRIPT)}"
    if math.isclose(mantissa, 1):
        return power
    return typography(f"{number(mantissa, locale, decimals=decimals)}{_WIDE}×{_WIDE}{power}", locale)


def money(value: float, currency: str, locale: str) -> str:
    """An amount in its currency: "150 000 €", "€150,000"; cents only when there are some."""
    if abs(value) >= _LARGEST:
        return f"{number(value, locale)}{NARROW}{currency}"
    spoken = locale_of(locale)
    text = format_currency(value, currency, locale=spoken, currency_digits=True)
    if value == int(value):
        pattern = spoken.currency_formats["standard"].pattern.replace("0.00", "0")
        text = format_currency(value, currency, format=pattern, locale=spoken, currency_digits=False)
    return typography(text, locale)


def percent(value: float, locale: str) -> str:
    """A percentage given as people say it, 25 for 25 %: "25 %" in French, "25%" in English."""
    pattern = locale_of(locale).percent_formats[None].pattern
    return typography(pattern.replace("#,##0", number(value, locale)), locale)


def amount(value: float, unit: str | None, locale: str) -> str:
    """A figure with its unit (CONTRACT: ``unit``); a count or an unstated unit is the bare number.

    ``points`` are spelt the same in both languages; an unknown unit stands as it is written.
    """
    if unit in (None, "", "none", "count"):
        return number(value, locale)
    if unit == "%":
        return percent(value, locale)
    if unit == "x":
        return typography(f"×{_WIDE}{number(value, locale)}", locale)
    if unit in _MEASURES:
        figure = number(value, locale) if abs(value) >= _LARGEST else round(value, 2)  # text is taken as it is
        return typography(format_unit(figure, _MEASURES[unit], locale=locale_of(locale)), locale)
    if unit == "points":
        return typography(
            f"{number(value, locale)}{_WIDE}{'point' if is_one(abs(value), locale) else 'points'}", locale
        )
    if kpis.is_currency(unit):
        return money(value, unit, locale)
    return f"{number(value, locale)} {unit}"


def day(value: date, locale: str) -> str:
    """A date in full: "31 mars 2027", "1er mars 2027"; "31 March 2027" in English, "March 31, 2027" in American."""
    spoken = locale_of(locale)
    if spoken.language == "en" and not spoken.territory:  # an English of nowhere is that of most countries
        spoken = locale_of("en_GB")
    text = format_date(value, format="long", locale=spoken)
    if value.day == 1 and locale_of(locale).language == "fr":
        text = "1er" + text[1:]
    return text


def listing(items: Sequence[str], locale: str, *, style: str = "standard") -> str:
    """Items in one phrase: "a, b et c"; ``style="or"`` for alternatives."""
    return format_list(list(items), style=style, locale=locale_of(locale))  # pyright: ignore[reportArgumentType]


def quote(words: str, locale: str) -> str:
    """Someone's words between the quotation marks of the language: « mots », “words”."""
    words = " ".join(words.split())
    if locale_of(locale).language == "fr":
        return f"«{NARROW}{words}{NARROW}»"
    return f"“{words}”"


def is_one(value: float, locale: str) -> bool:
    """Whether ``value`` takes the singular: 1.5 does in French, not in English."""
    return locale_of(locale).plural_form(value) == "one"
