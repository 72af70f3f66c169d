"""What has been done already: past forms and participles, as far as the lexicon and the endings of words tell."""

from coach.core.facts.scan import Scan, Stretch

_IMPERFECT = 5  # letters of an imperfect that the lexicon does not know, at least
_REACH = 3  # words between an auxiliary and its participle, counted with it


def is_past(scan: Scan, i: int, first: int) -> bool:
    """Whether word ``i`` is a past form; ``first`` is the word that the sentence opens on."""
    verb, vocabulary = scan.is_at("verb", i), scan.vocabulary
    if verb is not None and verb.form == "past":
        return True
    if verb is None and is_imperfect(scan, i):
        return True
    typed = scan.quote((i, i + 1)).casefold()
    alone = not vocabulary.past_marks and i > first and len(typed) >= vocabulary.past_shortest
    alone = alone and not _is_glued(scan, i)
    if alone and typed.endswith(vocabulary.past_endings):
        return True
    return not vocabulary.past_marks and scan.words.words[i] in vocabulary.participles and verb is None


def _is_glued(scan: Scan, i: int) -> bool:
    """Whether a hyphen makes it an adjective: "partner-sourced pipeline", "mid-sized firms"."""
    start = scan.words.starts[i]
    return scan.text.norm[start - 1 : start] == "-"


def is_done_by(scan: Scan, i: int, first: int) -> bool:
    """Whether word ``i`` is what the subject right before it did: "I made", "we closed"."""
    if i == 0 or i >= len(scan.words) or not scan.is_word(i) or not scan.has("subjects", i - 1):
        return False
    word, vocabulary = scan.words.words[i], scan.vocabulary
    irregular = not vocabulary.past_marks and word in vocabulary.participles and word not in vocabulary.base_like
    spoken = vocabulary.imperfects_said
    told = bool(spoken) and word.endswith(spoken) and not word.endswith(vocabulary.conditionals)  # "nous faisions"
    return irregular or told or is_past(scan, i, first)


def is_imperfect(scan: Scan, i: int) -> bool:
    """ "s'établissait", "plafonnaient": no conditional, and no noun that the lexicon knows."""
    word, vocabulary = scan.words.words[i], scan.vocabulary
    marked = bool(vocabulary.imperfects) and len(word) > _IMPERFECT and word.endswith(vocabulary.imperfects)
    return marked and not word.endswith(vocabulary.conditionals) and scan.stems[i] not in vocabulary.known


def is_finite(scan: Scan, i: int) -> bool:
    """ "cassent" in "nos concurrents cassent les prix", where the language marks what several people do."""
    word, vocabulary = scan.words.words[i], scan.vocabulary
    if not vocabulary.finite or i in scan.timed or not word.endswith(vocabulary.finite):
        return False
    return not word.endswith(vocabulary.nominal) and scan.stems[i] not in vocabulary.nouns


def follows_several(scan: Scan, i: int) -> bool:
    """ "bring" in "our webinars bring leads", where the language marks the plural of the noun and not of the verb."""
    verb = scan.is_at("verb", i)
    if scan.vocabulary.finite or verb is None or verb.form != "base" or i in scan.timed:
        return False
    several = scan.words.words[i - 1].endswith("s") and not scan.words.words[i].endswith("s")
    counts = (hit for hit in scan.of_role("metric") if hit.end == i and hit.value != "other")  # "our sales reach"
    return several and next(counts, None) is None


def is_participle(scan: Scan, i: int, first: int) -> bool:
    """Whether word ``i`` may follow an auxiliary: "atteint", "closed"."""
    if i >= len(scan.words) or not scan.is_word(i) or scan.has("determiners", i) or i in scan.timed:
        return False
    if not scan.vocabulary.past_marks and _is_glued(scan, i):
        return False
    if is_past(scan, i, first):
        return True
    raw, word = scan.quote((i, i + 1)).casefold(), scan.words.words[i]
    marked = raw.endswith(scan.vocabulary.past_marks) or word.endswith(scan.vocabulary.past_endings)
    return len(raw) >= scan.vocabulary.past_shortest and marked


def is_told(scan: Scan, part: Stretch) -> bool:
    """Whether ``part`` tells what was done: an auxiliary and its participle, or a past form alone."""
    for i in range(*part):
        if i in scan.timed or not scan.is_word(i):
            continue
        if scan.has("aux", i) and any(
            is_participle(scan, j, part[0]) for j in range(i + 1, min(i + 1 + _REACH, part[1]))
        ):
            return True
        if i > part[0] and is_past(scan, i, part[0]) and not scan.has("determiners", i - 1):
            return True
    return False
