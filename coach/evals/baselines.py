"""What anybody could build in an afternoon, to be measured beside: one pattern a fact, the same three questions always."""

import datetime as dt
import re

from coach import flow
from coach.core.model import FollowUp, Profile, Question, Slot
from coach.evals import numbers
from coach.evals import trace as kept
from coach.evals.cases import TODAY, Goal
from coach.evals.people import Manager
from coach.evals.trace import Trace, Written

_METRICS = (
    ("qualified_meetings", r"rendez-vous|rdv|meetings?|démos?|demos?"), ("calls", r"appels?|calls?"),
    ("closing_rate", r"taux de closing|closing rate|win rate|taux de signature"),
    ("conversion_rate", r"taux de (?:conversion|transformation)|conversion"), ("renewal_rate", r"renouvellement|renewal"),
    ("churn", r"churn|attrition"), ("nps", r"nps|satisfaction"), ("upsell_revenue", r"upsell|vente additionnelle|upselling"),
    ("average_deal_size", r"panier moyen|deal size|average basket"), ("quotes_sent", r"devis|quotes?|proposals?"),
    ("response_rate", r"taux de réponse|response rate|reply rate"), ("pipeline_value", r"pipeline|pipe"),
    ("margin", r"marge|margin"), ("leads", r"leads?|prospects?"),
    ("new_customers", r"nouveaux? clients?|new (?:customers?|clients?|logos?)|clients?|customers?"),
    ("deals_won", r"contrats?|deals?|affaires?|ventes? signées"), ("revenue", r"chiffre d.affaires|\bca\b|revenue|ventes?|sales"),
)  # fmt: skip
_IN = re.compile(
    r"(?:dans|sous|en|in|within|d.ici)\s+(\d+)\s+(mois|months?|semaines?|weeks?|jours|days)", re.IGNORECASE
)
_END = re.compile(r"(?:fin|end of|fin de|by)\s+(\w+)", re.IGNORECASE)
_ASKED: dict[str, tuple[tuple[Slot, str], ...]] = {
    "fr": (("target", "Quel chiffre visez-vous ?"), ("deadline", "Pour quand ?"), ("baseline", "D’où partez-vous ?")),
    "en": (
        ("target", "What figure do you aim for?"),
        ("deadline", "By when?"),
        ("baseline", "Where do you start from?"),
    ),
}


def metric(text: str) -> str | None:
    """The first indicator whose word is found."""
    return next((name for name, words in _METRICS if re.search(words, text, re.IGNORECASE)), None)


def value(text: str) -> tuple[float | None, str | None]:
    """The last number that is no date, and its sign."""
    found = [one for one in numbers.find(text) if one.day is None and one.unit != "ordinal"]
    found = [one for one in found if not _IN.match(text[max(0, one.start - 6) : one.end + 9].lstrip())]
    if not found:
        return None, None
    return found[-1].value, "count" if found[-1].unit == "none" else found[-1].unit


def deadline(text: str) -> dt.date | None:
    """A date as it is written, "in 3 months", or the end of a named month."""
    days = [one.day for one in numbers.find(text) if one.day is not None and not one.month_only]
    if days:
        return days[-1]
    match = _IN.search(text)
    if match:
        unit = match.group(2)[0].lower()
        return TODAY + dt.timedelta(days=int(match.group(1)) * {"m": 30, "s": 7, "w": 7, "j": 1, "d": 1}[unit])
    named = _END.search(text)
    months = numbers.MONTHS
    if named and named.group(1).lower() in months:
        month = months[named.group(1).lower()]
        first = dt.date(TODAY.year + (month == 12), month % 12 + 1, 1)
        return first - dt.timedelta(days=1)
    return None


def draft_by_rote(case: Goal, persona: str = "plain", epoch: int = 0) -> Trace:
    """Three questions whatever was said, and the answers strung together."""
    manager = Manager(case, persona, epoch)
    said = [manager.opening()]
    asked = []
    for slot, text in _ASKED[case.lang]:
        spoken = manager.language
        answer = manager.reply(Question(id=slot, slot=slot, code=slot, text=text))
        asked.append(
            kept.Asked(slot=slot, text=text, spoken=spoken, answer=answer, shrugged=manager.shrugged, missing=(slot,))
        )
        said.append(answer)
    by, since = ("d’ici", "en partant de") if case.lang == "fr" else ("by", "from")
    given = [one.answer for one in asked if not one.shrugged]
    statement = f"{said[0].rstrip('.?!')} : {given[0]}" if given else said[0]
    statement += f" {by} {given[1]}" if len(given) > 1 else ""
    statement += f" ({since} {given[2]})" if len(given) > 2 else ""
    return Trace(
        said=tuple(said), asked=tuple(asked), drafts=(said_plainly(statement + ".", case.lang, "regex"),),
        spoken=manager.language, status="drafted", persona=persona,
    )  # fmt: skip


def said_plainly(statement: str, language: str, author: str) -> Written:
    """A goal nobody verified, read as coach reads any."""
    read = flow.check(statement, today=TODAY, language=language, profile=Profile())
    first = read.reading.first
    return Written(
        texts={"statement": statement},
        language=language,
        author=author,
        framing="result",
        axis="",
        goal=kept.goal(first),
        smart=read.smart,
        verdicts={name: review.verdict for name, review in read.criteria.items()},
        cadence=FollowUp(cadence="month").cadence,
    )
