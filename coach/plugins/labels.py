"""What a stage's or an activity type's label seems to mean, in French and English: a suggestion to show, never a decision."""

import re
import unicodedata
from collections.abc import Iterable

from coach.plugins.connector import Choice
from coach.plugins.records import Mapping

STAGES = (
    ("quote_stages", r"propos|devis|quote|offre|contrat envoye|contract sent|chiffrage"),
    ("demo_stages", r"demo|presentation"),
    ("qualified_stages", r"(?<!non )(?<!un)qualif|opportunite confirmee|decouverte faite|discovery done"),
)
TYPES = (
    (
        "reply_types",
        r"(linkedin|message|sms|inmail)\b.*(repon|repl|answer)|(repon|repl|answer).*\b(linkedin|message|inmail)",
    ),
    ("sent_types", r"(linkedin|inmail)\b.*(envo|sent|invit)|(envo|sent|invit).*\b(linkedin|inmail)"),
    ("qualified_types", r"(?<!non )(?<!un)qualif"),
    ("call_types", r"appel|call|phone|telephone"),
    ("meeting_types", r"rdv|rendez vous|reunion|meeting|demo|visite|visit"),
)
OUTCOMES = (("connected_outcomes", r"^(connected|connecte|joint|abouti|repondu)\b"),)
PIPELINES = (("renewal_pipelines", r"renouvel|renewal|reconduction"),)
WORDS = {"stage": STAGES, "activity_type": TYPES, "outcome": OUTCOMES, "pipeline": PIPELINES}


def suggest(kind: str, label: str) -> str | None:
    """The mapping field the label speaks for; None when it says nothing known."""
    bare = "".join(c for c in unicodedata.normalize("NFD", label.casefold()) if not unicodedata.combining(c))
    text = re.sub(r"[\W_]+", " ", bare).strip()
    return next((field for field, words in WORDS[kind] if re.search(words, text)), None)


def mapping(choices: Iterable[Choice]) -> Mapping:
    """The mapping the suggestions add up to; qualified by type where the account has such a type."""
    found: dict[str, list[str]] = {}
    for choice in choices:
        if choice.suggests:
            found.setdefault(choice.suggests, []).append(choice.id)
    meetings = [*found.get("meeting_types", []), *found.get("qualified_types", [])]
    fields = {field: tuple(ids) for field, ids in found.items()} | {"meeting_types": tuple(meetings)}
    by = "type" if found.get("qualified_types") else "deal"
    return Mapping.model_validate({**fields, "qualified_by": by})
