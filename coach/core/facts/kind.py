"""Is it a goal at all? What stands instead: a question, a greeting, an order to the assistant, a report, a problem…"""

from coach.core.facts.scan import Scan, Stretch, covered
from coach.core.model import Component, NonGoalKind

QUESTION_MARKS = "?？؟"


def injected(scan: Scan) -> list[Stretch]:
    """The statements that give orders to the assistant about its own work."""
    return [part for part in scan.statements() if scan.of_role("kind.injections", part)]


def non_goal(scan: Scan, components: tuple[Component, ...], language_known: bool) -> NonGoalKind | None:
    """What the text is when it is no goal; None when it is one."""
    if not any(scan.is_word(i) for i in range(len(scan.words))):
        return None if _aims(components) and scan.figures else "gibberish"
    if injected(scan) and not _aims(components):
        return "injection"
    if not language_known:
        return "other_language"
    for is_it, kind in _TESTS:
        if is_it(scan, components):
            return kind
    return None


def _aims(components: tuple[Component, ...]) -> bool:
    return any(c.value is not None or c.metric is not None for c in components)


def _is_greeting(scan: Scan, components: tuple[Component, ...]) -> bool:
    polite = covered(scan.of_role("kind.greetings"))
    words = [i for i in range(len(scan.words)) if scan.is_word(i)]
    return bool(polite) and len(words) <= 12 and all(i in polite for i in words)


def _is_question(scan: Scan, components: tuple[Component, ...]) -> bool:
    first = _first_word(scan)
    asks = scan.is_at("kind.question_words", first) is not None
    marked = scan.text.raw.rstrip().endswith(tuple(QUESTION_MARKS))
    if marked and not asks:
        asks = not (_wants(scan) and _has_target(components)) and not (_verb_first(scan) and _has_target(components))
        return asks
    return asks and (marked or not _wants(scan) or not _has_target(components))


def _is_command(scan: Scan, components: tuple[Component, ...]) -> bool:
    first = _first_word(scan)
    order = scan.is_at("kind.commands", first)
    setting = scan.is_at("kind.set_commands", first)
    named = bool(scan.of_role("kind.goal_nouns"))
    if setting and named:
        return not _has_target(components)
    if order is None:
        return False
    verb = scan.is_at("verb", first)
    if verb is not None and verb.value not in ("become", "act") and components and components[0].metric is not None:
        return False
    if scan.is_at("frame", first) is not None and components and components[0].metric is not None:
        return False
    return not _has_target(components)


def _is_report(scan: Scan, components: tuple[Component, ...]) -> bool:
    if scan.of_role("kind.status") and not _wants(scan):
        return True
    if _wants(scan):
        return False
    past = _past_tense(scan)
    dated = any(scan.is_free(hit) or True for hit in scan.of_role("kind.past_words"))
    if past and (not _verb_first(scan) or dated):
        return not _future(scan) or (dated and not _verb_first(scan))
    return False


def _past_tense(scan: Scan) -> bool:
    """Someone did it: a subject, an auxiliary and a participle; or a bare past form where the language has one."""
    size = len(scan.words)
    for i in range(size - 1):
        if not scan.has("aux", i) or i in scan.timed:
            continue
        if i > 0 and (scan.has("subjects", i - 1) or scan.is_word(i - 1)):
            for j in range(i + 1, min(i + 4, size)):
                if _is_participle(scan, j):
                    return True
    return any(hit.form == "past" and _has_subject(scan, hit.first) for hit in scan.of_role("verb"))


def _is_participle(scan: Scan, i: int) -> bool:
    if not scan.is_word(i) or scan.has("determiners", i):
        return False
    verb = scan.is_at("verb", i)
    if verb is not None:
        return verb.form == "past" or (bool(scan.vocabulary.past_marks) and _marked_past(scan, i))
    return _marked_past(scan, i)


def _marked_past(scan: Scan, i: int) -> bool:
    raw = scan.quote((i, i + 1)).casefold()
    if scan.vocabulary.past_marks:
        return raw.endswith(scan.vocabulary.past_marks) or (
            len(raw) > 3 and raw.endswith(("i", "is", "u", "us", "it", "ert"))
        )
    return len(raw) > 3 and raw.endswith(tuple(p for p in scan.vocabulary.participles if p == "ed"))


def _has_subject(scan: Scan, verb: int) -> bool:
    return verb > 0 and (scan.has("subjects", verb - 1) or (scan.is_word(verb - 1) and scan.has("aux", verb - 1)))


def _is_problem(scan: Scan, components: tuple[Component, ...]) -> bool:
    if not scan.of_role("kind.problems") or _wants(scan):
        return False
    return not (_verb_first(scan) or _has_target(components))


def _is_statement(scan: Scan, components: tuple[Component, ...]) -> bool:
    if _wants(scan) or _verb_first(scan) or _has_target(components):
        return False
    first = _first_word(scan)
    subject = scan.has("subjects", first) or scan.has("determiners", first)
    spoken = any(scan.has("copulas", i) for i in range(first, min(first + 8, len(scan.words))))
    return subject and spoken


def _is_gibberish(scan: Scan, components: tuple[Component, ...]) -> bool:
    if components and (components[0].metric or components[0].value is not None or components[0].object_kind != "none"):
        return False
    known = scan.vocabulary.known
    words = [i for i in range(len(scan.words)) if scan.is_word(i)]
    if scan.of_role("kind.stopwords_gibberish") and len(words) <= 6:
        return True
    return not any(scan.stems[i] in known for i in words) or (not scan.of_role("verb") and len(words) <= 2)


_TESTS = (
    (_is_greeting, "greeting"),
    (_is_question, "question"),
    (_is_command, "command"),
    (_is_problem, "problem"),
    (_is_report, "report"),
    (_is_statement, "statement"),
    (_is_gibberish, "gibberish"),
)


def _first_word(scan: Scan) -> int:
    """The first word past greetings and punctuation."""
    polite = covered(scan.of_role("kind.greetings"))
    for i in range(len(scan.words)):
        if scan.is_word(i) and (i not in polite or scan.is_at("kind.question_words", i) is not None):
            return i
    return 0


def _wants(scan: Scan) -> bool:
    return any(True for _ in scan.of_role("frame"))


def _future(scan: Scan) -> bool:
    return any(
        mention.role == "deadline" and (mention.end is None or not mention.start or True) for mention in scan.times
    )


def _verb_first(scan: Scan) -> bool:
    """Whether the text opens on a verb of the trade in its base form, an expression of time or a figure put aside."""
    for i in range(len(scan.words)):
        if i in scan.timed or not scan.is_word(i):
            continue
        verb = scan.is_at("verb", i)
        if verb is not None:
            return verb.form in ("base", "gerund")
        if i in scan.figured:
            return False
        if scan.has("subjects", i) or (scan.is_at("frame", i) is None and i > 4):
            return False
    return False


def _has_target(components: tuple[Component, ...]) -> bool:
    return any(c.value is not None for c in components)
