"""Is it a goal at all? What stands instead: a question, a greeting, an order to the assistant, a report, a problem…"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from coach.core.facts import targets, tense
from coach.core.facts.scan import Scan, Stretch, covered
from coach.core.model import Component, NonGoalKind

QUESTION_MARKS = ("?", "？", "؟")
_OPENING = 8  # words in which a sentence shows its verb
_SUBJECT = 5  # words in which it shows its subject
_ERRAND = 5  # words of an errand to someone, at most
_REACHED = 4  # words from "goal" to what became of it, at most
_HEADING = 5  # words of a heading before its colon


def injected(scan: Scan) -> list[Stretch]:
    """The statements that give orders to the assistant about its own work."""
    return [part for part in scan.statements() if scan.of_role("kind.injections", part)]


def non_goal(scan: Scan, components: tuple[Component, ...], today: date, *, language_known: bool) -> NonGoalKind | None:
    """What the text is when it is no goal; None when it is one."""
    said = _Said(scan, components, today)
    if not said.words:
        return None if any(c.value is not None and c.unit not in ("count", "none") for c in components) else "gibberish"
    if injected(scan) and not (said.has_target or (said.has_metric and said.opens_on_verb)):
        return "injection"
    if not language_known:
        return "other_language"
    return next((kind for is_it, kind in _TESTS if is_it(said)), None)


@dataclass(frozen=True)
class _Said:
    """How the text is put: what it opens on, who speaks, in which tense."""

    scan: Scan
    components: tuple[Component, ...]
    today: date

    @cached_property
    def words(self) -> list[int]:
        return [i for i in range(len(self.scan.words)) if self.scan.is_word(i)]

    @cached_property
    def first(self) -> int:
        """The first word past greetings, expressions of time and punctuation."""
        polite = covered(self.scan.of_role("kind.greetings"))
        later = [i for i in self.words if i not in polite and i not in self.scan.timed]
        return later[0] if later else self.words[0]

    @cached_property
    def wants(self) -> bool:
        """Someone says that they want it: "je veux", "we need to", "objectif"."""
        if self.scan.is_at("kind.nobody", self.first) is not None:
            return False
        aimed_at = covered(self.scan.of_role("kind.no_goals"))  # "our target market"
        return any(
            hit.value == "desire" and hit.end - 1 not in aimed_at and not self._owned(hit.first)
            for hit in self.scan.of_role("frame")
        )

    def _owned(self, first: int) -> bool:
        """ "102 % de l'objectif", "62% of the quota": a target that is looked back on."""
        if self._is_a_goal_missed(first) or self._is_a_customer(first) or self._is_a_past_goal(first):
            return True
        of = self.scan.vocabulary.joined["of"]
        return any(tuple(self.scan.stems[first - n : first]) in of for n in (1, 2) if first - n >= 0) and bool(
            self.scan.figured
        )

    def _is_a_customer(self, first: int) -> bool:
        """ "Le client veut une remise": what customers want is no goal of ours."""
        wanted = self.scan.is_at("frame", first)
        before = next((hit for hit in self.scan.of_role("metric") if hit.end == first), None)
        people = before is not None and before.value in ("new_customers", "leads")
        named = wanted is not None and self.scan.is_at("kind.goal_nouns", wanted.end - 1) is not None
        return people and before is not None and before.first <= self.first + 1 and not named

    def _is_a_past_goal(self, first: int) -> bool:
        """ "L'objectif de l'an dernier était de 300 k€"."""
        hit = self.scan.is_at("frame", first)
        if hit is None or self.scan.is_at("kind.goal_nouns", hit.end - 1) is None:
            return False
        return bool(self.scan.of_role("kind.was", (hit.end, min(hit.end + _OPENING, len(self.scan.words)))))

    def _is_a_goal_missed(self, first: int) -> bool:
        """ "We missed our target": a goal that something was done to."""
        named = any(self.scan.is_at("kind.goal_nouns", i) for i in (first, first + 1))
        return named and first > self.first and tense.is_past(self.scan, first - 1, self.first)

    @cached_property
    def opens_on_verb(self) -> bool:
        """It opens on a verb of the trade in its base form, as goals do."""
        verb = self.scan.is_at("verb", self.first)
        if self._opens_on_denied_verb() or self.scan.is_at("idiom", self.first) is not None:
            return True
        if (verb is None and not self._opens_on_unknown_verb()) or (verb and verb.form not in ("base", "gerund")):
            return False
        if verb is not None and targets.is_a_noun(self.scan, verb, (self.first, len(self.scan.words))):
            return False  # "Prospects ghost us"
        denied = any(hit.first == self.first + 1 for hit in self.scan.of_role("kind.negations"))
        return not denied and not any(i in self.scan.figured for i in range(self.first))

    def _opens_on_denied_verb(self) -> bool:
        """ "Ne perdre aucun client", "Never lose a key account"."""
        denial = self.scan.is_at("kind.negations", self.first)
        places = (denial.end, denial.end + 1) if denial else ()  # "ne plus perdre"
        found = (self.scan.is_at(role, place) for place in places for role in ("cue.lose", "verb"))
        following = next((hit for hit in found if hit is not None), None)
        return following is not None and following.form in ("", "base")

    def _opens_on_unknown_verb(self) -> bool:
        """A word that the lexicon does not know, and what it acts upon: "Satisfaire nos clients", "Dazzle our customers"."""
        scan, following = self.scan, self.first + 1
        unknown = scan.stems[self.first] not in scan.vocabulary.known and self.first not in scan.timed
        acted = following < len(scan.words) and (scan.has("determiners", following) or scan.has("objects", following))
        return unknown and acted and following not in scan.timed

    @cached_property
    def opens_on_someone(self) -> bool:
        """It opens on a subject or a determiner, as sentences about the world do."""
        return self.scan.has("subjects", self.first) or self.scan.has("determiners", self.first)

    @cached_property
    def has_target(self) -> bool:
        return any(component.value is not None for component in self.components)

    @cached_property
    def has_metric(self) -> bool:
        return any(component.metric is not None for component in self.components)

    @cached_property
    def has_deadline(self) -> bool:
        return any(mention.role == "deadline" for mention in self.scan.times)

    @cached_property
    def is_due(self) -> bool:
        """A deadline that is still to come, or that needs the company's calendar."""
        due = [mention for mention in self.scan.times if mention.role == "deadline"]
        return any(mention.end is None or mention.end >= self.today for mention in due)

    @cached_property
    def tells(self) -> bool:
        """A finite verb that tells what is: a copula or an auxiliary near the opening."""
        return any(
            (self.scan.has("copulas", i) or self.scan.has("aux", i)) and i not in self.scan.timed
            for i in self.words
            if self.first <= i < self.first + _OPENING
        )

    @cached_property
    def says_who_does(self) -> bool:
        """A subject and what it does: "Nous recrutons", "nos concurrents cassent les prix"; not "notre CA à doubler"."""
        scan, first = self.scan, self.first
        if scan.has("subjects", first) and scan.is_at("verb", first + 1) is not None:
            return True
        kpi = scan.is_at("metric", first + 1) if scan.has("determiners", first) else None
        acts = scan.is_at("verb", kpi.end) if kpi is not None else None
        if (
            acts is not None
            and scan.vocabulary.infinitives
            and scan.stems[acts.first] not in scan.vocabulary.infinitives
        ):
            return True  # "le panier moyen baisse"
        near = range(first + 2, min(first + _SUBJECT, len(scan.words)))
        return scan.has("determiners", first) and any(
            tense.is_finite(scan, i) or tense.follows_several(scan, i) for i in near
        )

    @cached_property
    def is_about_us(self) -> bool:
        """The manager, the team or its people do it: "we make 50 calls", not "our campaigns bring 50 leads"."""
        near = range(self.first, min(self.first + _SUBJECT, len(self.scan.words)))
        return any(self.scan.is_at("kind.speakers", i) or self.scan.is_at("scope.actors", i) for i in near)

    @cached_property
    def tells_an_effect(self) -> bool:
        """What something does to a KPI, as an advertisement says it: "bundles increase the basket", "could add 10%"."""
        scan = self.scan
        if self.is_about_us:
            return False
        near = (i for i in self.words[1:_OPENING] if self.first < i < len(scan.words) - 2 and i not in scan.timed)
        return any(self._may_do(i) or self._acts(i) for i in near)

    def _may_do(self, i: int) -> bool:
        return self.scan.is_at("kind.modals", i) is not None and any(self.scan.is_at("verb", j) for j in (i + 1, i + 2))

    def _acts(self, i: int) -> bool:
        """A verb in the third person and what it acts upon: "increases the basket"; not "80 emails a day"."""
        scan, following = self.scan, i + 1
        if following in scan.timed or i - 1 in scan.figured or scan.is_at("verb", i) is None:
            return False
        if scan.stems[i] in scan.vocabulary.infinitives:
            return False  # "mieux connaître nos clients"
        acted = scan.is_at("metric", following) is not None or scan.has("determiners", following)
        return acted and scan.words.words[i].endswith(scan.vocabulary.third)

    @cached_property
    def was_once(self) -> bool:
        """What was, and nothing to do about it: "On avait 8 prospects par semaine"."""
        scan = self.scan
        past = next((i for i in self.words[:_SUBJECT] if scan.is_at("kind.past_copulas", i)), None)
        return past is not None and not any(
            scan.stems[i] in scan.vocabulary.infinitives for i in self.words if i > past
        )

    @cached_property
    def settles_a_goal(self) -> bool:
        """ "Objectif de ventes dépassé : 12 000 €": a goal whose end is told."""
        scan = self.scan
        goal = scan.is_at("kind.goal_nouns", self.first)
        if goal is None:
            return False
        return any(scan.is_at("kind.settled", i) for i in range(goal.end, min(goal.end + _REACHED, len(scan.words))))

    @cached_property
    def defines(self) -> bool:
        """It says what something is: "VAT is 20%", "Head office is in Bristol"."""
        scan, ends = self.scan, min(self.first + _SUBJECT, len(self.scan.words))
        for i in range(self.first + 1, ends):
            if scan.has("copulas", i) and i not in scan.timed:
                return True
            if not scan.is_word(i) or i in scan.figured or scan.is_at("verb", i) or scan.is_at("metric", i):
                return False
        return False

    @cached_property
    def names_anything(self) -> bool:
        """A KPI, an object or a figure."""
        return self.has_metric or self.has_target or any(c.object_kind != "none" for c in self.components)

    @cached_property
    def orders(self) -> bool:
        """It opens on an imperative to one person, where the language's has a form of its own: "Envoie…"."""
        typed, verb = self.scan.quote((self.first, self.first + 1)).casefold(), self.scan.is_at("verb", self.first)
        endings = self.scan.vocabulary.imperatives
        if verb is None or verb.form != "base" or not typed.endswith(endings):
            return False
        if self.scan.is_at("metric", self.first) and not self.scan.has("determiners", verb.end):
            return False  # "Relances téléphoniques", "Chiffre d'affaires"
        return self.scan.stems[self.first] not in self.scan.vocabulary.infinitives

    def names_someone(self, i: int) -> bool:
        """Whether an unknown name stands there, and little else: "Call Bob back"."""
        scan = self.scan
        if i >= len(scan.words) or len(self.words) > _ERRAND or not scan.is_word(i):
            return False
        return scan.quote((i, i + 1))[0].isupper() and scan.stems[i] not in scan.vocabulary.known

    @cached_property
    def denies(self) -> bool:
        """A verb that tells is denied: "ne rappellent jamais", "never call back"; not "pas plus de 3 %"."""
        scan = self.scan
        for hit in scan.of_role("kind.denials"):
            told = range(hit.end, min(hit.end + 3, len(scan.words)))
            said = (scan.is_at("verb", i) or scan.has("copulas", i) or tense.is_finite(scan, i) for i in told)
            if hit.first > self.first and any(said):
                return True
        return False

    @cached_property
    def opens_on_a_heading_of_the_past(self) -> bool:
        """ "Résultat du mois : 14 ventes"."""
        hit = self.scan.is_at("kind.past_headings", self.first)
        words = self.scan.words.words
        return hit is not None and ":" in words[hit.end : hit.end + _HEADING]

    @cached_property
    def looks_back(self) -> bool:
        """Its only time is past, and no verb asks for anything: "Les ventes du mois dernier : 88 k€"."""
        times = [mention for mention in self.scan.times if mention.role != "recurring"]
        past = any(m.role == "comparison" and m.cadence is None for m in times)
        compared = any(figure.relative for figure in self.scan.figures) or bool(self.scan.of_role("zone"))
        return past and not compared and all(m.role == "comparison" for m in times) and not self.scan.of_role("verb")

    @cached_property
    def is_negative(self) -> bool:
        return any(hit.first not in self.scan.timed for hit in self.scan.of_role("kind.negations"))

    @cached_property
    def has_done(self) -> bool:
        """Someone has done it: a subject and a past form, or an auxiliary and a participle."""
        scan = self.scan
        if any(tense.is_done_by(scan, i, self.first) for i in self.words):
            return True
        return any(
            scan.has("aux", i)
            and i not in scan.timed
            and any(tense.is_participle(self.scan, j, self.first) for j in range(i + 1, i + 4))
            for i in self.words
        )

    @cached_property
    def opens_on_done(self) -> bool:
        """Its first verb is an auxiliary with a participle: "nous avons dépassé l'objectif"."""
        scan, first = self.scan, self.first
        spoken = (
            i
            for i in range(first, min(first + _OPENING, len(scan.words)))
            if scan.has("aux", i) or scan.is_at("verb", i)
        )
        aux = next(spoken, None)
        return aux is not None and scan.has("aux", aux) and aux > first and self._is_done(aux)

    def _is_done(self, aux: int) -> bool:
        """Whether a participle follows: "a atteint"; an infinitive does not count: "a atteindre"."""
        following = aux + 1
        if following >= len(self.scan.words) or aux in self.scan.timed:
            return False
        return tense.is_participle(self.scan, following, self.first)

    @cached_property
    def wants_a_verb(self) -> bool:
        """It is wanted by a verb ("je veux"), not only named a goal ("l'objectif")."""
        hits = [hit for hit in self.scan.of_role("frame") if hit.value == "desire"]
        return any(self.scan.is_at("kind.goal_nouns", hit.end - 1) is None for hit in hits)

    @cached_property
    def opens_on_past(self) -> bool:
        """It opens on a past form, where the language's is no adjective before a noun: "Signed 7 deals"."""
        adverb = self.scan.is_at("kind.done_adverbs", self.first)
        opening = adverb.end if adverb is not None else self.first
        return (
            tense.is_past(self.scan, opening, self.first)
            and not self.scan.vocabulary.past_marks
            and opening + 1 in self.scan.figured
        )

    @cached_property
    def is_past(self) -> bool:
        """A past form alone, with a subject before it or at the opening; one behind a figure only describes ("12 deals signed")."""
        counted = min(self.scan.figured, default=len(self.scan.words))
        past = [
            i
            for i in self.words
            if i < counted and i not in self.scan.timed and tense.is_past(self.scan, i, self.first)
        ]
        told = any(i == self.first or not self.scan.has("determiners", i - 1) for i in past)
        return told or any(tense.is_imperfect(self.scan, i) for i in self.words)


def _is_greeting(said: _Said) -> bool:
    polite = covered(said.scan.of_role("kind.greetings"))
    if not polite or len(said.words) > 12:
        return False
    rest = [i for i in said.words if i not in polite and not said.scan.has("function", i)]
    return not rest or (
        len(rest) <= 1 and said.words[0] in polite and not (said.has_metric or said.has_target or said.opens_on_verb)
    )


def _is_question(said: _Said) -> bool:
    scan = said.scan
    opening, weak = scan.is_at("kind.question_words", said.first), scan.is_at("kind.weak_questions", said.first)
    marked = scan.text.raw.rstrip(" \n\t!.").endswith(QUESTION_MARKS)
    sure = weak is None or (opening is not None and weak.end < opening.end) or scan.is_one("kind.links", weak.end)
    asks = opening is not None and (marked or sure)
    if asks:
        return marked or not (said.wants and said.has_target)
    if not marked:
        return False
    inverted = scan.has("aux", said.first) or scan.has("copulas", said.first)
    return inverted or not (said.has_target and (said.wants or said.opens_on_verb))


def _is_command(said: _Said) -> bool:
    return _is_order_to_the_assistant(said) or _is_errand(said)


def _is_errand(said: _Said) -> bool:
    """ "Envoie le compte rendu à Nadia", "Convert this table": something to be done now, and nothing of the trade."""
    scan = said.scan
    errand = scan.is_at("kind.errands", said.first)
    if errand is not None and errand.end - errand.first > 1 and said.wants and not (said.has_target or said.is_due):
        return True  # "Convert this goal into a SMART one"
    if said.wants or said.has_target or scan.is_at("idiom", said.first) is not None:
        return False
    if errand is not None:
        counted = any(c.metric not in (None, "other") or (c.scoped and c.metric) for c in said.components)
        if not counted or (errand.end - errand.first > 1 and not said.is_due):
            return True
    verb = scan.is_at("verb", said.first)
    if verb is not None and verb.value in ("call", "act") and said.names_someone(verb.end):
        return True
    return said.orders and verb is not None and verb.value in ("reach", "act", "launch", "call", "renew", "convert")


def _is_order_to_the_assistant(said: _Said) -> bool:
    scan = said.scan
    if scan.is_at("kind.set_commands", said.first) and scan.of_role("kind.goal_nouns"):
        return not said.has_target
    order = scan.is_at("kind.commands", said.first)
    if order is None:
        return False
    if order.end - order.first > 1 and scan.is_at("frame", said.first) is None:
        return True  # "give me 5 tips", "montre-moi mes 10 derniers deals"
    if said.has_target or scan.is_at("scope.actors", order.end) is not None:  # "Help reps be more efficient"
        return False
    if scan.is_at("frame", said.first) is not None and said.has_metric:
        return False
    verb = scan.is_at("verb", said.first)
    moves = verb is not None and verb.value in ("increase", "decrease", "maintain", "reach", "launch", "sell")
    return not (moves and said.has_metric and order.end - order.first == 1 and not said.scan.of_role("kind.written"))


def _is_problem(said: _Said) -> bool:
    if said.wants or said.opens_on_verb:
        return False
    negative = said.is_negative and (said.opens_on_someone or not said.scan.has("aux", said.first))
    if negative and (said.tells or not said.has_target or (said.denies and not said.is_due)):
        return True
    named = said.scan.of_role("kind.problems")
    if said.tells and any(hit.end in said.scan.figured for hit in named):
        return True  # "sales are down 15%"
    return bool(named) and not (said.has_target and said.is_due)


def _is_report(said: _Said) -> bool:
    scan = said.scan
    status = scan.of_role("kind.status")
    if any(hit.first <= said.first + 1 for hit in status) or said.opens_on_a_heading_of_the_past:
        return True
    if said.settles_a_goal or (said.was_once and not said.wants):
        return True
    if scan.is_at("kind.past_openers", said.first) is not None and not said.is_due:
        return True  # "Grew revenue 34%", as on a CV
    if (said.opens_on_done or tense.is_done_by(scan, said.first + 1, said.first)) and not said.wants_a_verb:
        return True
    if said.wants or said.opens_on_verb:
        return False
    if status or said.has_done or said.opens_on_past or (said.is_past and (said.opens_on_someone or not said.is_due)):
        return True
    if said.looks_back and said.has_target:
        return True
    dated = [hit for hit in scan.of_role("kind.past_words") if hit.first <= said.first + _OPENING]
    speaks = any(scan.has("subjects", i) for i in said.words[:_OPENING])
    return bool(dated) and not said.is_due and (said.tells or speaks or not said.has_target)


def _is_statement(said: _Said) -> bool:
    if said.wants or said.opens_on_verb:
        return False
    if said.scan.is_at("kind.roles", said.first) is not None:
        return True
    named = any(component.metric not in (None, "other") for component in said.components)
    if said.opens_on_someone and (said.tells or said.says_who_does):
        rhythm = said.is_about_us and any(mention.role == "cadence" for mention in said.scan.times)
        return not (said.has_target and named and (said.is_due or rhythm))
    averaged = all(said.scan.of_role(role) for role in ("kind.averages", "verb")) and not said.is_about_us
    if (said.tells_an_effect or averaged) and not said.is_due:
        return True
    linked = any(said.first < hit.first < said.first + _OPENING for hit in said.scan.of_role("kind.links"))
    if linked and not said.has_target and not said.is_due:
        return True  # "Orders are arriving late"
    counted = said.has_target and said.is_due  # "Every rep over 90% by the end of June"
    if said.opens_on_someone and not named and not counted and not said.scan.of_role("verb") and not said.has_metric:
        return True
    if said.tells and not named and said.defines and not (said.is_due and said.names_anything):
        return True
    if said.opens_on_someone and not said.has_target and any(m.role == "recurring" for m in said.scan.times):
        return True
    about_goals = said.has_metric or said.has_target or any(c.object_kind != "none" for c in said.components)
    return not about_goals and not said.scan.of_role("verb") and len(said.words) >= 3 and _is_language(said)


def _is_gibberish(said: _Said) -> bool:
    filler = said.scan.is_at("kind.stopwords_gibberish", said.first)
    if filler is not None and filler.end - filler.first > 1 and not said.has_target:
        return True  # the printers' Latin
    if any(c.metric or c.value is not None or c.object_kind != "none" for c in said.components):
        return False
    scan = said.scan
    if scan.of_role("kind.stopwords_gibberish") and len(said.words) <= 6:
        return True
    if scan.of_role("cue.more") or scan.of_role("cue.better"):
        return False
    return not _is_language(said) or (not scan.of_role("verb") and len(said.words) <= 2)


def _is_language(said: _Said) -> bool:
    return any(said.scan.stems[i] in said.scan.vocabulary.known for i in said.words)


_TESTS: tuple[tuple[Callable[[_Said], bool], NonGoalKind], ...] = (
    (_is_greeting, "greeting"),
    (_is_question, "question"),
    (_is_command, "command"),
    (_is_problem, "problem"),
    (_is_report, "report"),
    (_is_statement, "statement"),
    (_is_gibberish, "gibberish"),
)
