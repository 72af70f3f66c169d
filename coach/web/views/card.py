"""The SMART card."""

from dataclasses import dataclass

from coach.core import rendering
from coach.core.model import CRITERIA, Assessment, Criterion, CriterionReview, Evidence, Finding, Profile, Verdict
from coach.core.smart.rules import RULES
from coach.core.smart.thresholds import REGISTRY
from coach.web.marks import LETTERS
from coach.web.texts import Translate, known

_WORST: tuple[Verdict, ...] = ("fail", "warn", "unknown", "pass")
_QUOTES_AT_MOST = 3
_CITED = (  # what the register calls a source, and the text that names it to readers
    ("annotation guidelines of the labelled sentences", "source.guidelines"),
    ("the CRMs' published specifications", "source.crm"),
    ("convention: only a goal is judged", "source.only_goals"),
    ("What Matters, how many OKRs to have", "source.what_matters"),
    ("seed article", "source.article"),
    ("arithmetic", "source.arithmetic"),
    ("Convention", "source.convention"),
)


@dataclass(frozen=True)
class FindingView:
    """One remark: what it says, what it stands on, and on whose authority the rule does."""

    verdict: Verdict
    message: str
    evidence: tuple[str, ...]
    rule: str
    source: str
    disputed: bool


@dataclass(frozen=True)
class Row:
    """One criterion: its verdict, the remark that decides it, the words it quotes."""

    criterion: Criterion
    letter: str
    name: str
    verdict: Verdict
    headline: str
    quotes: tuple[str, ...]
    repeated: bool  # the headline quotes them already
    findings: tuple[FindingView, ...]


@dataclass(frozen=True)
class Card:
    """The five criteria; ``met`` counts those that pass or only call for a look."""

    rows: tuple[Row, ...]
    met: int
    summary: str
    smart: bool
    fit: tuple[str, ...]

    @property
    def total(self) -> int:
        """How many criteria there are."""
        return len(self.rows)


def card(assessment: Assessment, t: Translate, language: str, profile: Profile = Profile()) -> Card:  # noqa: B008 - frozen
    """The card of a worded assessment, in the language of the page."""
    rows = tuple(
        _row(name, assessment.criteria[name], assessment.reading.text, t, language, profile)
        for name in CRITERIA
        if name in assessment.criteria
    )
    return Card(
        rows=rows,
        met=sum(row.verdict in ("pass", "warn") for row in rows),
        summary=_summary(assessment.smart, rows, t, language),
        smart=assessment.smart,
        fit=tuple(finding.message for finding in assessment.fit if not finding.disputed),
    )


def criterion_name(criterion: str, t: Translate, profile: Profile) -> str:
    """How the workspace calls a criterion: its R may be "relevant"."""
    if criterion != "realistic" or profile.conventions.r_means == "realistic":
        return t(f"criterion.{criterion}")
    return t("criterion.relevant" if profile.conventions.r_means == "relevant" else "criterion.realistic_and_relevant")


def _row(
    criterion: Criterion, review: CriterionReview, text: str, t: Translate, language: str, profile: Profile
) -> Row:
    by_weight = sorted(review.findings, key=lambda finding: (finding.disputed, _WORST.index(finding.verdict)))
    headline = by_weight[0].message if by_weight else ""
    quotes = _quotes(review, text)
    return Row(
        criterion=criterion,
        letter=LETTERS[criterion],
        name=criterion_name(criterion, t, profile),
        verdict=review.verdict,
        headline=headline,
        quotes=quotes,
        repeated=any(quote in headline for quote in quotes),
        findings=tuple(_finding(finding, t, language) for finding in by_weight),
    )


def _quotes(review: CriterionReview, text: str) -> tuple[str, ...]:
    """The words that a settled verdict rests on, longest form once; what is still open quotes nothing."""
    if review.verdict == "unknown":
        return ()
    spans = sorted({span for finding in review.findings for span in finding.spans})
    words = dict.fromkeys(" ".join(text[slice(*span)].split()) for span in spans)
    whole = [each for each in words if each and not any(each != other and each in other for other in words)]
    return tuple(whole[:_QUOTES_AT_MOST])


def _finding(finding: Finding, t: Translate, language: str) -> FindingView:
    rule = RULES.get(finding.rule)
    return FindingView(
        verdict=finding.verdict,
        message=finding.message,
        evidence=tuple(filter(None, (_evidence(piece, finding.message, language) for piece in finding.evidence))),
        rule=known(language, f"rule.{finding.rule}") or finding.rule,
        source=cited(rule.source, t) if rule else "",
        disputed=finding.disputed,
    )


def _evidence(piece: Evidence, message: str, language: str) -> str:
    """A piece of evidence in words; a quote that the message already gives is not given again."""
    if piece.kind != "quote":
        return piece.text
    return rendering.quote(piece.text, language) if piece.text and piece.text not in message else ""


def unworded(assessment: Assessment) -> Assessment:
    """The assessment without its words, so that it can be worded in another language."""
    criteria = {
        name: review.model_copy(update={"findings": tuple(_blank(each) for each in review.findings)})
        for name, review in assessment.criteria.items()
    }
    suggestions = tuple(each.model_copy(update={"message": "", "example": None}) for each in assessment.suggestions)
    fit = tuple(_blank(each) for each in assessment.fit)
    return assessment.model_copy(update={"criteria": criteria, "suggestions": suggestions, "fit": fit})


def _blank(finding: Finding) -> Finding:
    evidence = tuple(
        piece.model_copy(update={"text": ""}) if piece.kind in ("missing", "convention") else piece
        for piece in finding.evidence
    )
    return finding.model_copy(update={"message": "", "evidence": evidence})


def slot_name(slot: str, t: Translate) -> str:
    """What is missing, as a person calls it."""
    return t(f"slot.{slot}")


def threshold_name(id: str, language: str) -> str:
    """What a threshold bounds; its id where the catalogue has no name for it."""
    return known(language, f"web.threshold.{id}") or id


def threshold_source(id: str, t: Translate, language: str) -> str:
    """Where a threshold's figure comes from, in the reader's language where the catalogue says it."""
    return known(language, f"web.threshold_source.{id}") or cited(REGISTRY[id].source, t)


def cited(source: str, t: Translate) -> str:
    """A source as readers know it."""
    for name, key in _CITED:
        source = source.replace(name, t(key))
    return source


def _summary(smart: bool, rows: tuple[Row, ...], t: Translate, language: str) -> str:
    def names(*verdicts: Verdict) -> str:
        return rendering.listing([row.name for row in rows if row.verdict in verdicts], language)

    unsettled = names("unknown")
    if smart:
        return t("card.smart_unsettled", names=unsettled) if unsettled else t("card.smart")
    said = [
        (t("card.not_smart", names=names("fail")), names("fail")),
        (t("card.unsettled", names=unsettled), unsettled),
    ]
    return " ".join(sentence for sentence, named in said if named)
