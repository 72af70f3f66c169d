"""The SMART card, the question and the drafts, in a terminal."""

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text as Rich

from coach.core.model import CRITERIA, Assessment, Draft, Figure, Question, Span
from coach.core.model.calibration import Calibrated
from coach.wording import Catalogue, catalogue, titles

SIGNS = {"pass": ("✓", "green"), "warn": ("!", "yellow"), "fail": ("✗", "red"), "unknown": ("?", "blue")}
"""A verdict is told by its sign and its word; the colour only repeats it."""

console = Console(highlight=False)


def say(text: str) -> None:
    """A line of plain words: nothing in it is taken for markup."""
    console.print(Padding(Rich(text), (1, 2, 0, 2)))


def card(assessment: Assessment, words: Catalogue | None = None) -> None:
    """The text with the words that were read, then one line a criterion."""
    words = words or catalogue(assessment.reading.language)
    console.print()
    console.print(Padding(_marked(assessment), (0, 2)))
    if assessment.reading.kind == "goal":
        console.print(Padding(_verdicts(assessment, words), (1, 2, 0, 2)))
    else:
        for message in _messages(assessment):
            console.print(Padding(Rich(message), (1, 2, 0, 2)))
    for suggestion in assessment.suggestions:
        console.print(Padding(Rich(f"→ {suggestion.message}", style="bold"), (0, 2)))


def _messages(assessment: Assessment) -> list[str]:
    found = [
        finding.message for review in assessment.criteria.values() for finding in review.findings if finding.message
    ]
    return list(dict.fromkeys(found))


def _marked(assessment: Assessment) -> Rich:
    shown = Rich(assessment.reading.text, style="bold")
    for component in assessment.reading.components:
        for spans in component.spans.values():
            for start, end in spans:
                shown.stylize("underline", start, end)
    return shown


def _verdicts(assessment: Assessment, words: Catalogue) -> Table:
    table = Table(box=None, show_header=False, padding=(0, 1, 0, 0))
    for criterion in CRITERIA:
        review = assessment.criteria.get(criterion)
        if review is None:
            continue
        sign, colour = SIGNS[review.verdict]
        said = [finding.message for finding in review.findings if finding.message]
        table.add_row(
            Rich(sign, style=colour), Rich(words.gettext(f"criterion.{criterion}"), style="bold"), Rich("\n".join(said))
        )
    for finding in assessment.fit:
        if finding.message:
            table.add_row(Rich("!", style="yellow"), Rich(""), Rich(finding.message))
    return table


def calibrated(found: Calibrated) -> None:
    """What the past says of the goal's figure: the range and the chance, or what is needed."""
    console.print()
    for about in ("waiting", "range", "chance", "needed"):
        if about in found.sentences:
            console.print(Rich(found.sentences[about]))


def question(asked: Question) -> None:
    """The question, why it is asked, and numbered replies."""
    console.print()
    console.print(Rich(asked.text, style="bold"))
    if asked.why:
        console.print(Rich(asked.why, style="dim"))
    for number, reply in enumerate(asked.replies, start=1):
        console.print(Rich(f"  #{number}  {reply.label}"))


def drafts(shown: tuple[Draft, ...], words: Catalogue | None = None) -> None:
    """Each draft with where its figures come from, and what is still to confirm."""
    words = words or catalogue(shown[0].language if shown else "en")
    for number, (draft, title) in enumerate(zip(shown, titles(shown, words), strict=True), start=1):
        console.print()
        console.print(Rich(f"{number}. {title}", style="bold cyan"))
        console.print(Padding(_sourced(draft), (0, 3)))
        for extra in (draft.rationale, draft.guardrail, draft.incentive):
            if extra:
                console.print(Padding(Rich(extra, style="dim"), (0, 3)))
        for figure in _in_statement(draft):
            quoted = _quote(draft.statement, figure.span)
            console.print(
                Padding(Rich(f"{quoted} ← {figure.source.explain or figure.source.kind}", style="dim"), (0, 5))
            )


def _sourced(draft: Draft) -> Rich:
    shown = Rich(draft.statement, style="bold")
    for figure in _in_statement(draft):
        shown.stylize("underline", *figure.span)
    return shown


def _in_statement(draft: Draft) -> list[Figure]:
    return [figure for figure in draft.figures if figure.text == "statement"]


def _quote(text: str, span: Span) -> str:
    return text[span[0] : span[1]]
