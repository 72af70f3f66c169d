"""Signs and codes that every language writes the same way; words live in the lexicon."""

from functools import lru_cache

from babel import Locale
from babel.core import UnknownLocaleError
from babel.numbers import get_decimal_symbol, get_territory_currencies

SIGNS = {
    "€": "EUR", "$": "dollar", "£": "GBP", "¥": "JPY", "₹": "INR", "₺": "TRY", "₩": "KRW", "₪": "ILS", "₫": "VND",
    "฿": "THB", "₴": "UAH", "₦": "NGN", "₱": "PHP", "₽": "RUB", "us$": "USD", "ca$": "CAD", "c$": "CAD", "a$": "AUD",
    "nz$": "NZD", "hk$": "HKD", "s$": "SGD", "r$": "BRL", "mx$": "MXN",
    "$us": "USD", "$ca": "CAD", "$au": "AUD", "£gb": "GBP", "jp¥": "JPY", "fcfa": "XOF", "f cfa": "XOF", "cfa": "XOF",
}  # fmt: skip
"""Signs before or after an amount; a name in lower case is a family that the locale settles (:data:`FAMILIES`)."""

CODES = (
    "aed", "aud", "bgn", "brl", "cad", "chf", "clp", "cny", "cop", "czk", "dkk", "dzd", "egp", "eur", "gbp", "ghs",
    "gnf", "hkd", "huf", "idr", "ils", "inr", "jpy", "kes", "krw", "mad", "mga", "mur", "mxn", "myr", "ngn", "nok",
    "nzd", "php", "pln", "qar", "rub", "sar", "sek", "sgd", "thb", "tnd", "twd", "uah", "usd", "vnd", "xaf", "xof",
    "zar",
)  # fmt: skip
"""ISO 4217 codes read beside an amount. Those that are everyday words (ALL, PEN, RON, TOP, TRY) are left out,
and so is ARS, which a magnitude turns into one ("mars")."""

FAMILIES = {
    "dollar": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD"),
    "franc": ("CHF", "XOF", "XAF", "GNF", "XPF", "CDF"),
    "dirham": ("MAD", "AED"),
    "dinar": ("TND", "DZD", "KWD"),
    "peso": ("MXN", "ARS", "CLP", "COP", "PHP"),
    "pound": ("GBP", "EGP"),
    "rupee": ("INR", "PKR", "LKR", "MUR"),
    "crown": ("SEK", "NOK", "DKK", "CZK", "ISK"),
}
"""Currencies that share a name: the one meant when no locale tells, then those a territory may mean by it."""

RATINGS = frozenset({5, 10, 20, 100})
"""What a mark is out of ("4,5/5"); other slashes join two figures."""

LARGEST = 10.0**100
"""Figures above are left unread: nobody means them, and no arithmetic that follows may overflow."""


@lru_cache(maxsize=64)
def _locale(name: str) -> Locale | None:
    try:
        return Locale.parse(name.replace("-", "_"))
    except (UnknownLocaleError, ValueError, TypeError):
        return None


@lru_cache(maxsize=64)
def decimal_mark(locale: str | None, usual: str) -> str:
    """The decimal mark of ``locale``, or ``usual`` (the language's) when there is none or it is unknown."""
    known = _locale(locale) if locale and ("-" in locale or "_" in locale) else None
    return str(get_decimal_symbol(known)) if known else usual


@lru_cache(maxsize=64)
def home_currency(locale: str | None) -> str | None:
    """The currency of the territory that ``locale`` names ("en-GB" → GBP); None when it names none."""
    known = _locale(locale) if locale else None
    codes = get_territory_currencies(known.territory) if known and known.territory else []
    return codes[0] if codes else None


def currency(name: str, locale: str | None) -> str:
    """The ISO 4217 code of ``name``, a code or a family: "dollar" is CAD for "fr-CA" and USD where no locale tells."""
    family = FAMILIES.get(name)
    if family is None:
        return name
    home = home_currency(locale)
    return home if home is not None and home in family else family[0]
