"""Goals on paper: a page a goal, or the team on a landscape page, as PDF.

reportlab is an extra. Its bundled typeface knows French; what it lacks is written with what it has.
"""

import io
from typing import Any
from xml.sax.saxutils import escape

from coach.core import rendering
from coach.errors import BadInput
from coach.service import boards, charts, incentives, telling
from coach.service.values import Goal, Progress, Review
from coach.wording import Catalogue

_SPELT = {"\u202f": "\u00a0", "→": "->", "↳": "-", "−": "-", "’": "’"}
_COLOURS = {
    "on_track": "#14634a", "reached": "#14634a", "behind": "#7f4f00", "stale": "#7f4f00", "at_risk": "#a02d1a",
    "missed": "#a02d1a",
}  # fmt: skip
_INK, _SOFT, _ACCENT, _LINE = "#1b2030", "#565b69", "#1c4c8c", "#c9c4b8"


def _reportlab() -> Any:
    try:
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.ttfonts import TTFont
    except ImportError:
        raise BadInput(
            "PDF files need reportlab, which is not installed.",
            remedy="Install goal-coach[pdf], or print the page from the browser.",
            reason="pdf_absent",
        ) from None
    if "Vera" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont("Vera", "Vera.ttf"))
        pdfmetrics.registerFont(TTFont("VeraBd", "VeraBd.ttf"))
        pdfmetrics.registerFontFamily("Vera", normal="Vera", bold="VeraBd", italic="Vera", boldItalic="VeraBd")
    return pdfmetrics


def plain(text: str) -> str:
    """The text as the typeface can write it."""
    for letter, other in _SPELT.items():
        text = text.replace(letter, other)
    known = _reportlab().getFont("Vera").face.charToGlyph
    return "".join(letter if ord(letter) in known or letter == "\n" else "?" for letter in text)


def goal_page(
    goal: Goal,
    progress: Progress,
    review: Review | None,
    ideas: incentives.Incentives,
    language: str,
    picture: charts.Picture | None,
    day: str,
) -> bytes:
    """One page to hold a meeting on: where the goal stands, why, what to do, how it is rewarded."""
    words, story, styles = Catalogue(language), [], _styles()
    from reportlab.platypus import Spacer

    status = boards.status_of(goal, progress)
    story.append(_text(goal.statement, styles["title"]))
    line = [
        words.gettext(f"board.status.{status}"),
        goal.lead or "",
        rendering.day(goal.due, language) if goal.due else "",
    ]
    story.append(_text(" · ".join(part for part in line if part), styles["status"], _COLOURS.get(status, _SOFT)))
    if picture is not None:
        story += [Spacer(1, 6), drawing(picture, 500)]
    told = progress.sentences
    for name in ("actual", "gap", "projection", "chance", "needed", "cause", "correction"):
        if name in told:
            story.append(_text(f"{told[name]}.", styles["strong" if name in ("actual", "correction") else "body"]))
    story += _sections(goal, progress, review, ideas, language, words, styles)
    return _document(story, goal.statement, words.gettext("export.footer", day=day))


def _sections(
    goal: Goal,
    progress: Progress,
    review: Review | None,
    ideas: incentives.Incentives,
    language: str,
    words: Catalogue,
    styles: Any,
) -> list[Any]:
    story: list[Any] = []
    if review is not None:
        story.append(_text(words.gettext("follow.closing"), styles["head"]))
        for score in review.scores:
            actual = "-" if score.actual is None else telling.figure(score.actual, goal, language, decimals=1)
            which = words.gettext(f"follow.score.{score.which}")
            target = telling.figure(score.target, goal, language)
            story.append(
                _text(words.gettext("export.score", which=which, target=target, actual=actual), styles["body"])
            )
        if review.learnt:
            story.append(_text(review.learnt, styles["body"]))
    if progress.adjustments:
        story.append(_text(words.gettext("follow.adjustments"), styles["head"]))
        story += [_text(each, styles["body"]) for each in _changes(goal, progress, language, words)]
    story.append(_text(words.gettext("goal.why"), styles["head"]))
    reasons = [goal.strategy or "", goal.draft.rationale, goal.draft.guardrail]
    story += [_text(reason, styles["body"]) for reason in reasons if reason]
    if goal.split:
        parts = ", ".join(f"{part.name} {telling.figure(part.target, goal, language)}" for part in goal.split)
        story.append(_text(f"{words.gettext('follow.split')} : {parts}", styles["body"]))
    story.append(_text(words.gettext("brief.incentives"), styles["head"]))
    story += [_text(f"- {idea}", styles["body"]) for idea in ideas.ideas]
    story.append(_text(ideas.warning, styles["soft"]))
    return story


def _changes(goal: Goal, progress: Progress, language: str, words: Catalogue) -> list[str]:
    lines = []
    for change in progress.adjustments:
        for name, (old, new) in change.changes.items():
            if name in ("target", "due"):
                day = rendering.day(change.created_at.date(), language)
                before, after = (telling.changed(name, text, goal, language) for text in (old, new))
                what = words.gettext(
                    "follow.changed", what=words.gettext(f"follow.field.{name}"), old=before, new=after
                )
                lines.append(f"{day} - {what} ({change.reason})")
    return lines


def team_page(board: boards.Board, language: str, day: str) -> bytes:
    """The team's goals on landscape pages, what needs action first."""
    words, styles = Catalogue(language), _styles()
    from reportlab.lib import colors
    from reportlab.lib.pagesizes import A4, landscape
    from reportlab.platypus import Table, TableStyle

    heads = ("goal", "progress", "standing", "chance", "checked", "correction")
    rows = [[_text(words.gettext(f"csv.{head}"), styles["soft"]) for head in heads]]
    rows += [_cells(row, language, words, styles) for row in board.rows]
    table = Table(rows, colWidths=[215, 110, 75, 60, 75, 235], repeatRows=1)
    table.setStyle(TableStyle([
        ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, -1), 0.5, colors.HexColor(_LINE)),
        ("LEFTPADDING", (0, 0), (0, -1), 0), ("TOPPADDING", (0, 0), (-1, -1), 5), ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
    ]))  # fmt: skip
    title = words.gettext("dash.title")
    story = [_text(title, styles["title"]), _text(_tally(board, words), styles["status"]), table]
    return _document(story, title, words.gettext("export.footer", day=day), landscape(A4))


def _tally(board: boards.Board, words: Catalogue) -> str:
    ordered = sorted(board.counts.items(), key=lambda each: boards.URGENCY.get(each[0], 9))
    return " · ".join(f"{count} {words.gettext(f'board.status.{name}').lower()}" for name, count in ordered)


def _cells(row: boards.Row, language: str, words: Catalogue, styles: Any) -> list[Any]:
    goal, standing, told = row.goal, row.progress.standing, row.progress.sentences
    actual = (
        "-"
        if standing is None or standing.actual is None
        else telling.figure(standing.actual, goal, language, decimals=1)
    )
    target = "-" if goal.target is None else telling.figure(goal.target, goal, language)
    asked = standing.expected if standing else None
    expected = (
        ""
        if asked is None
        else words.gettext("board.expected", expected=telling.figure(asked, goal, language, decimals=1))
    )
    chance = telling.chance(row.progress.outlook.chance, words) if row.progress.outlook else ""
    checked = rendering.day(standing.checked_on, language) if standing and standing.checked_on else ""
    name = (
        f"<b>{escape(plain(goal.statement))}</b><br/>{escape(plain(' · '.join(filter(None, (goal.lead, goal.team)))))}"
    )
    return [
        _markup(name, styles["cell"]),
        _markup(f"<b>{escape(plain(actual))}</b> / {escape(plain(target))}<br/>{escape(plain(expected))}", styles["cell"]),
        _text(words.gettext(f"board.status.{row.status}"), styles["bold"], _COLOURS.get(row.status, _SOFT)),
        _text(chance, styles["cell"]), _text(checked, styles["cell"]),
        _text(". ".join(filter(None, (told.get("cause"), told.get("correction")))), styles["cell"]),
    ]  # fmt: skip


def _styles() -> dict[str, Any]:
    _reportlab()
    from reportlab.lib import colors
    from reportlab.lib.styles import ParagraphStyle

    def style(name: str, size: float, *, bold: bool = False, colour: str = _INK, after: float = 3.0) -> Any:
        font = "VeraBd" if bold else "Vera"
        return ParagraphStyle(
            name, fontName=font, fontSize=size, leading=size * 1.4, textColor=colors.HexColor(colour), spaceAfter=after
        )

    return {
        "title": style("title", 15, bold=True, after=4), "status": style("status", 10, bold=True, after=8),
        "head": style("head", 10.5, bold=True, colour=_ACCENT, after=2), "body": style("body", 9),
        "strong": style("strong", 9, bold=True), "soft": style("soft", 8.5, colour=_SOFT),
        "cell": style("cell", 8, after=0), "bold": style("bold", 8, bold=True, after=0),
    }  # fmt: skip


def _text(text: str, style: Any, colour: str = "") -> Any:
    shown = escape(plain(text))
    return _markup(f'<font color="{colour}">{shown}</font>' if colour else shown, style)


def _markup(text: str, style: Any) -> Any:
    from reportlab.platypus import Paragraph

    return Paragraph(text, style)


def _document(story: list[Any], title: str, footer: str, size: Any = None) -> bytes:
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import SimpleDocTemplate

    def foot(page: Any, document: Any) -> None:
        page.setFont("Vera", 7.5)
        page.drawString(40, 22, plain(footer))
        page.drawRightString(document.pagesize[0] - 40, 22, str(page.getPageNumber()))

    file = io.BytesIO()
    paper = SimpleDocTemplate(
        file, pagesize=size or A4, leftMargin=40, rightMargin=40, topMargin=38, bottomMargin=40, title=plain(title),
        author="coach", lang="fr", invariant=1,
    )  # fmt: skip
    paper.build(story, onFirstPage=foot, onLaterPages=foot)
    return file.getvalue()


def drawing(picture: charts.Picture, width: float) -> Any:
    """The chart as a drawing, in the same geometry as the page's."""
    _reportlab()
    from reportlab.graphics.shapes import Circle, Drawing, Polygon, PolyLine, String
    from reportlab.lib import colors

    scale = width / picture.width
    made = Drawing(width, picture.height * scale)

    def flat(points: tuple[charts.XY, ...]) -> list[float]:
        return [place for x, y in points for place in (x * scale, (picture.height - y) * scale)]

    fills = {"tolerance": "#efece4", "wedge": "#e9f0f9"}
    for band in picture.bands:
        made.add(Polygon(flat(band.points), fillColor=colors.HexColor(fills[band.kind]), strokeColor=None))
    for line in (*picture.grid, *picture.lines):
        colour, thick, dash = _STROKES[line.kind]
        made.add(
            PolyLine(flat(line.points), strokeColor=colors.HexColor(colour), strokeWidth=thick, strokeDashArray=dash)
        )
    for dot in picture.dots:
        made.add(
            Circle(
                dot.x * scale,
                (picture.height - dot.y) * scale,
                2.4,
                fillColor=colors.HexColor(_ACCENT),
                strokeColor=None,
            )
        )
    for label in picture.labels:
        colour = _SOFT if label.kind == "tick" else _INK
        made.add(String(
            label.x * scale, (picture.height - label.y) * scale, plain(label.text), fontName="Vera", fontSize=7.5,
            fillColor=colors.HexColor(colour), textAnchor=label.anchor,
        ))  # fmt: skip
    return made


_STROKES: dict[str, tuple[str, float, Any]] = {
    "grid": (_LINE, 0.5, None), "target": (_INK, 1.0, None), "expected": ("#827c6c", 1.2, [5, 3]),
    "today": ("#827c6c", 0.6, [1, 2]), "actual": (_ACCENT, 2.0, None), "projection": (_ACCENT, 1.6, [1, 3]),
}  # fmt: skip
