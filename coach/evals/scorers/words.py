"""Language, copies and likeness of what the manager reads."""

from collections.abc import Sequence

from coach.evals import words
from coach.evals.cases import Want
from coach.evals.scorers import Mark, Marks, yes
from coach.evals.scorers.slots import plainest
from coach.evals.trace import Trace

_COPY = 0.9
_FOREIGN_WORDS = 2  # from which a line of one language is spoilt by another


def language(trace: Trace) -> Marks:
    """``lpr`` lines in the manager's language, ``wpr`` of those without foreign words, ``undecided`` lines too short."""
    lines = [(one.text, one.spoken) for one in trace.asked]
    lines += [(one.why, one.spoken) for one in trace.asked if one.why]
    for draft in trace.drafts:
        lines += [(line, trace.spoken) for text in draft.texts.values() for line in text.splitlines() if line.strip()]
    told = [(line, spoken, words.language(line)) for line, spoken in lines]
    decided = [one for one in told if one[2] != "und"]
    wrong = [line for line, spoken, found in decided if found != spoken]
    right = [(line, spoken) for line, spoken, found in decided if found == spoken]
    mixed = [line for line, spoken in right if len(words.foreign(words.unquoted(line), spoken)) >= _FOREIGN_WORDS]
    return {
        "lpr": Mark(1 - len(wrong) / len(decided) if decided else None, wrong[0][:120] if wrong else ""),
        "wpr": Mark(1 - len(mixed) / len(right) if right else None, mixed[0][:120] if mixed else ""),
        "undecided_lines": Mark(1 - len(decided) / len(told) if told else None),
    }


def copied(trace: Trace, ambition: str, wants: Sequence[Want]) -> Marks:
    """``no_copy`` 0 when a goal is the vague ambition handed back."""
    for draft in trace.drafts:
        if draft.author != "manager" and not draft.smart and words.share(draft.statement, ambition) >= _COPY:
            return {"no_copy": Mark(0.0, draft.statement)}
    return {"no_copy": Mark(1.0) if trace.drafts else Mark(None, "no draft")}


def likeness(trace: Trace, wants: Sequence[Want]) -> Marks:
    """How like the goal is to the likest acceptable wording; reported, never a judge of figures."""
    texts = [want.text for want in wants if want.text]
    if not trace.drafts or not texts:
        return {"similarity": Mark(None, "nothing to compare")}
    statement = plainest(trace.drafts).statement
    return {"similarity": Mark(max(words.likeness(statement, text) for text in texts), statement)}


def clean(trace: Trace, never: Sequence[str], rejected: Sequence[str] = ()) -> Marks:
    """``forbidden`` 0 when a draft holds what it must not, or is a wording that somebody turned down."""
    shown = [words.plain(text) for draft in trace.drafts for text in draft.texts.values()]
    found = [one for one in never if any(words.plain(one) in text for text in shown)]
    found += [one for one in rejected if any(words.share(draft.statement, one) >= _COPY for draft in trace.drafts)]
    return {"forbidden": yes(not found, ", ".join(found)) if never or rejected else Mark(None)}
