"""The reading, step by step: language, times, figures, goals, kind."""

from datetime import date

from coach.core.facts import components, kind, periods, quantities, vocabulary
from coach.core.facts import language as detection
from coach.core.facts.scan import Scan
from coach.core.facts.text import LONGEST, Text
from coach.core.facts.words import Words
from coach.core.lexicon import LANGUAGES, PARTIAL
from coach.core.model import Component, Quantity, Reading


def extract(
    raw: str,
    *,
    today: date,
    language: str | None = None,
    locale: str | None = None,
    fiscal_year_start: int = 1,
) -> Reading:
    """What ``raw`` says; of a text longer than ``LONGEST``, what its beginning says.

    Args:
        raw: The text as typed.
        today: The day that "d'ici 3 mois" counts from.
        language: A language with a lexicon; None lets the text tell.
        locale: "en-GB" or "en-US" settles the order of 3/7.
        fiscal_year_start: Month in which the company's year begins.
    """
    text = Text.of(raw[:LONGEST])
    words = Words.of(text, vocabulary.kept())
    spoken = language or detection.detect(text, words)
    known = spoken in (*LANGUAGES, *PARTIAL)
    lexicon = spoken if known else LANGUAGES[0]
    times = periods.find(text, lexicon, today=today, locale=locale, fiscal_year_start=fiscal_year_start)
    figures = quantities.find(text, lexicon, taken=[mention.span for mention in times], locale=locale)
    scan = Scan.of(words, vocabulary.of(lexicon), times, figures)
    goals = components.find(scan)
    why = kind.non_goal(scan, goals, today, language_known=known or spoken == "und")
    goals = () if why else tuple(_started(goal, today) for goal in goals) or (Component(),)
    return Reading(
        text=raw,
        language=spoken,
        reference_date=today,
        kind="non_goal" if why else "goal",
        non_goal_kind=why,
        components=goals,
        quantities=_quantities(scan, goals),
    )


def _started(goal: Component, today: date) -> Component:
    return goal.model_copy(update={"start": today}) if goal.start is None and goal.time_basis == "horizon" else goal


def _quantities(scan: Scan, goals: tuple[Component, ...]) -> tuple[Quantity, ...]:
    """Every figure outside of dates, in the unit that its goal gives it."""
    units = {
        span: goal.unit
        for goal in goals
        if goal.unit
        for span in (*goal.spans.get("value", ()), *goal.spans.get("baseline", ()))
    }
    found: list[Quantity] = []
    for figure in scan.figures:
        unit = units.get(figure.span, figure.unit) or figure.unit
        lower, upper = figure.ends or (figure.span, figure.span)
        found.append(Quantity(value=figure.value, unit=unit, span=lower))
        if figure.value_max is not None:
            found.append(Quantity(value=figure.value_max, unit=unit, span=upper))
    found += [
        Quantity(value=value, unit=unit, span=mention.span) for mention in scan.times for value, unit in mention.numbers
    ]
    return tuple(sorted(found, key=lambda quantity: quantity.span))
