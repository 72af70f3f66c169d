"""Goals that live, through the use cases: from a draft to its review, and every way of looking at one."""

import datetime as dt

import pytest

from coach import service
from coach.core.model.kpi import KpiPoint, KpiSeries
from coach.core.tracking import Part
from coach.errors import BadInput, Conflict, NotFound
from coach.service import GoalChange, NewCheckIn, boards, foresight, goals, kpis, links, people, reviews, voices
from coach.service.values import NewRemark, NewReview
from tests.shell.conftest import NOON

TEXT = {
    "fr": "Signer 12 contrats de maintenance avec des cliniques d’ici le 30 juin 2026",
    "en": "Win 12 maintenance contracts with clinics by 30 June 2026",
}


@pytest.fixture
async def coach(settings, clock):
    async with service.opened(settings, clock) as opened:
        yield opened


@pytest.fixture
async def me(coach):
    return await people.owner(coach, "fr")


def later(clock, days: int) -> dt.date:
    clock.moment = NOON + dt.timedelta(days=days)
    return clock.moment.date()


async def a_goal(coach, me, **options):
    return await goals.create(coach, me, TEXT[options.get("language", "fr")], **options)


async def test_a_draft_is_adopted_starts_on_its_day_and_ends_with_a_reason(coach, me, clock):
    text = "Signer 12 contrats avec des cliniques du 1er mars au 30 juin 2026"
    draft = await goals.create(coach, me, text, adopt=False)
    assert (draft.status, draft.start) == ("draft", dt.date(2026, 3, 1))
    with pytest.raises(Conflict):
        await goals.check_in(coach, me, draft.id, NewCheckIn(value=1))
    with pytest.raises(BadInput):
        await goals.change(coach, me, draft.id, GoalChange(status="reached", reason="déjà"))
    adopted = await goals.change(coach, me, draft.id, GoalChange(status="adopted"))
    assert adopted.status == "adopted"
    assert [goal.id for goal in (await goals.page(coach, me, status="adopted")).items] == [draft.id]
    later(clock, 60)
    assert (await goals.get(coach, me, draft.id)).status == "running"
    assert [goal.id for goal in (await goals.page(coach, me, status="running")).items] == [draft.id]
    assert (await goals.page(coach, me, status="adopted")).items == ()
    with pytest.raises(BadInput):
        await reviews.close(coach, me, draft.id, NewReview(outcome="abandoned"))
    review = await reviews.close(coach, me, draft.id, NewReview(outcome="abandoned", reason="le marché a fermé"))
    assert review.outcome == "abandoned"
    closed = await goals.get(coach, me, draft.id)
    assert (closed.status, closed.closed_at) == ("abandoned", clock.moment)
    with pytest.raises(Conflict):
        await reviews.close(coach, me, draft.id, NewReview(outcome="reached"))
    reopened = await goals.change(coach, me, draft.id, GoalChange(status="running", reason="il rouvre"))
    assert (reopened.status, reopened.closed_at) == ("running", None)


async def test_the_parts_of_a_goal_make_its_target(coach, me):
    goal = await a_goal(coach, me)
    with pytest.raises(BadInput) as refused:
        await goals.change(coach, me, goal.id, GoalChange(split=[Part(name="Karim", target=7).model_dump()]))
    assert refused.value.details["reason"] == "split_sum"
    parts = [{"name": "Karim", "target": 7}, {"name": "Léa", "target": 5}]
    split = await goals.change(coach, me, goal.id, GoalChange.model_validate({"split": parts}))
    assert [part.name for part in split.split] == ["Karim", "Léa"]
    lowered = await goals.change(coach, me, goal.id, GoalChange(target=10, reason="un poste vacant"))
    assert (await goals.progress(coach, me, goal.id)).split_lacks == -2
    assert lowered.split == split.split
    rate = await goals.create(coach, me, "Passer de 18 % à 25 % de taux de closing d’ici le 30 juin 2026")
    with pytest.raises(BadInput) as refused:
        await goals.change(coach, me, rate.id, GoalChange.model_validate({"split": parts}))
    assert refused.value.details["reason"] == "split_level"


async def test_a_goal_serves_another_and_never_itself(coach, me):
    top, below = await a_goal(coach, me), await a_goal(coach, me)
    served = await goals.change(coach, me, below.id, GoalChange(parent_id=top.id, strategy="gagner le rural"))
    assert (served.parent_id, served.strategy) == (top.id, "gagner le rural")
    with pytest.raises(BadInput):
        await goals.change(coach, me, top.id, GoalChange(parent_id=below.id))
    freed = await goals.change(coach, me, below.id, GoalChange(parent_id="", strategy=""))
    assert (freed.parent_id, freed.strategy) == (None, None)


async def test_a_corrected_check_in_is_kept_and_no_longer_counts(coach, me, clock):
    goal = await a_goal(coach, me)
    later(clock, 30)
    first = await goals.check_in(coach, me, goal.id, NewCheckIn(value=31))
    right = await goals.check_in(coach, me, goal.id, NewCheckIn(value=3, corrects=first.id))
    assert right.day == first.day
    seen = await goals.progress(coach, me, goal.id)
    assert seen.standing.actual == 3
    assert [(look.value, look.replaced) for look in seen.check_ins] == [(3, False), (31, True)]
    with pytest.raises(Conflict):
        await goals.check_in(coach, me, goal.id, NewCheckIn(value=4, corrects=first.id))
    await goals.withdraw(coach, me, goal.id, right.id)
    seen = await goals.progress(coach, me, goal.id)
    assert seen.standing.actual is None
    assert len(seen.check_ins) == 3
    with pytest.raises(Conflict):
        await goals.withdraw(coach, me, goal.id, right.id)
    assert (await goals.get_check_in(coach, me, goal.id, first.id)).replaced


async def test_undoing_a_correction_brings_back_what_it_corrected(coach, me, clock):
    goal = await a_goal(coach, me)
    later(clock, 30)
    first = await goals.check_in(coach, me, goal.id, NewCheckIn(value=3, comment="salon"))
    wrong = await goals.check_in(coach, me, goal.id, NewCheckIn(value=8, corrects=first.id))
    again = await goals.undo_look(coach, me, goal.id, wrong.id)
    assert (again.value, again.comment, again.withdrawn) == (3, "salon", False)
    assert (await goals.progress(coach, me, goal.id)).standing.actual == 3
    await goals.undo_look(coach, me, goal.id, (await goals.check_in(coach, me, goal.id, NewCheckIn(value=9))).id)
    assert (await goals.progress(coach, me, goal.id)).standing.actual == 3


async def test_a_person_comments_commits_and_contests_and_an_objection_is_answered_once(coach, me):
    goal = await a_goal(coach, me)
    await voices.say(coach, me, goal.id, NewRemark(kind="commit", author="Karim"))
    objection = await voices.say(
        coach, me, goal.id, NewRemark(kind="contest", text="Août compte double.", author="Léa")
    )
    assert (await goals.progress(coach, me, goal.id)).contested
    answer = NewRemark(kind="answer", text="Vu : la saison est prise en compte.", answers=objection.id)
    await voices.say(coach, me, goal.id, answer)
    assert not (await goals.progress(coach, me, goal.id)).contested
    with pytest.raises(Conflict):
        await voices.say(coach, me, goal.id, answer)
    with pytest.raises(BadInput):
        await voices.say(coach, me, goal.id, NewRemark(kind="comment", text="  "))
    said = (await voices.page(coach, me, goal.id)).items
    assert [(one.kind, one.author) for one in reversed(said)] == [
        ("commit", "Karim"), ("contest", "Léa"), ("answer", "Owner"),
    ]  # fmt: skip


async def test_the_crm_s_count_is_proposed_and_a_person_confirms_it(coach, me, clock):
    goal = await goals.create(coach, me, "Signer 12 nouveaux contrats d’ici le 30 juin 2026", today=dt.date(2026, 1, 1))
    proposed = await foresight.next_look(coach, me, goal.id)
    assert (proposed.value, proposed.source) == (None, "last")
    await kpis.type_in(coach, me, monthly(goal.metric, [2, 3, 1], first=2026 * 12))
    later(clock, 70)
    proposed = await foresight.next_look(coach, me, goal.id)
    assert (proposed.value, proposed.source) == (6, "manual")
    await goals.check_in(coach, me, goal.id, NewCheckIn(value=proposed.value, day=proposed.day), source=proposed.source)
    assert (await goals.progress(coach, me, goal.id)).check_ins[0].source == "manual"


def monthly(metric: str, values, *, first: int, unit: str = "count") -> KpiSeries:
    def month(at: int) -> dt.date:
        return dt.date(at // 12, at % 12 + 1, 1)

    points = [KpiPoint(start=month(first + n), end=month(first + n + 1), value=value) for n, value in enumerate(values)]
    return KpiSeries(metric=metric, unit=unit, grain="month", points=tuple(points))


async def test_the_pace_follows_the_season_of_the_history(coach, me, clock):
    weights = [4, 4, 6, 6, 8, 8, 3, 2, 9, 12, 14, 20]
    await kpis.type_in(coach, me, monthly("deals_won", weights * 3, first=2023 * 12))
    goal = await goals.create(coach, me, "Signer 96 contrats du 1er janvier au 31 décembre 2026")
    assert goal.season is not None
    assert max(goal.season.weights) == goal.season.weights[11]
    day = later(clock, 228)  # end of August
    await goals.check_in(coach, me, goal.id, NewCheckIn(value=42, day=day))
    seen = await goals.progress(coach, me, goal.id)
    assert seen.standing.status == "on_track"  # an even pace would have it at risk: 42 of 64
    assert "saison" in seen.sentences["pace"]


async def test_the_cause_of_a_gap_is_named_from_the_figures(coach, me, clock):
    rates = [
        KpiPoint(
            start=dt.date(2025, m, 1),
            end=dt.date(2025 + m // 12, m % 12 + 1, 1),
            value=0.3,
            numerator=6,
            denominator=20,
        )
        for m in range(1, 13)
    ]
    since = [
        KpiPoint(start=dt.date(2026, m, 1), end=dt.date(2026, m + 1, 1), value=0.1, numerator=2, denominator=20)
        for m in (2, 3, 4)
    ]
    series = KpiSeries(metric="closing_rate", unit="%", grain="month", points=(*rates, *since))
    await kpis.type_in(coach, me, series)
    goal = await goals.create(coach, me, "Signer 36 contrats du 1er février au 31 juillet 2026")
    day = later(clock, 105)  # end of April
    await goals.check_in(coach, me, goal.id, NewCheckIn(value=6, day=day))
    seen = await goals.progress(coach, me, goal.id)
    assert seen.causes.main == "rate"
    assert all(rate in seen.sentences["cause"] for rate in ("10", "30"))


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_both_targets_are_scored_and_the_next_goal_can_be_read(coach, clock, language):
    me = await people.owner(coach, language)
    goal = await a_goal(coach, me, language=language)
    await goals.change(coach, me, goal.id, GoalChange(target=10, reason="a vacancy"))
    day = later(clock, 165)
    await goals.check_in(coach, me, goal.id, NewCheckIn(value=11, day=day))
    later(clock, 170)
    review = await reviews.close(coach, me, goal.id, NewReview(outcome="reached", learnt="Fairs bring contracts."))
    assert [(score.which, score.target, score.reached) for score in review.scores] == [
        ("adopted", 12, False), ("adjusted", 10, True),
    ]  # fmt: skip
    assert review.next.target == 11
    following = await goals.create(coach, me, review.next.text, language=language)
    assert (following.target, following.due) == (11, review.next.due)
    assert (await reviews.get(coach, me, goal.id)) == review


async def test_a_link_leads_to_one_goal_serves_once_and_ends(coach, me, clock):
    goal = await a_goal(coach, me)
    made = await links.create(coach, me, goal.id, name="Karim")
    secret = made.path.removeprefix("/l/")
    opened = await links.opened(coach, secret)
    assert (opened.goal.id, opened.done) == (goal.id, False)
    look = await links.check_in(coach, secret, NewCheckIn(value=4))
    assert (look.source, look.value) == ("link", 4)
    with pytest.raises(Conflict):
        await links.check_in(coach, secret, NewCheckIn(value=5))
    assert (await links.opened(coach, secret)).done
    assert (await goals.progress(coach, me, goal.id)).standing.actual == 4


async def test_a_link_that_expired_was_taken_back_or_never_was_is_not_told_apart(coach, me, clock):
    goal = await a_goal(coach, me)
    old = (await links.create(coach, me, goal.id, days=1)).path.removeprefix("/l/")
    gone = await links.create(coach, me, goal.id)
    await links.revoke(coach, me, goal.id, gone.id)
    later(clock, 2)
    messages = set()
    for secret in (old, gone.path.removeprefix("/l/"), "nothing", ""):
        with pytest.raises(NotFound) as refused:
            await links.check_in(coach, secret, NewCheckIn(value=5))
        messages.add(str(refused.value))
    assert len(messages) == 1
    reading = (await links.create(coach, me, goal.id, purpose="read")).path.removeprefix("/l/")
    with pytest.raises(NotFound):
        await links.check_in(coach, reading, NewCheckIn(value=5))
    assert (await links.opened(coach, reading)).goal.id == goal.id


async def test_the_secret_of_a_link_is_kept_nowhere(coach, me, settings):
    goal = await a_goal(coach, me)
    secret = (await links.create(coach, me, goal.id)).path.removeprefix("/l/")
    kept = b"".join(path.read_bytes() for path in settings.home.iterdir() if path.is_file())
    assert secret.encode() not in kept


async def test_the_board_puts_first_what_needs_someone(coach, me, clock):
    late, fine, silent, early = [await a_goal(coach, me) for _ in range(4)]
    contested = await a_goal(coach, me)
    await voices.say(coach, me, contested.id, NewRemark(kind="contest", text="Trop haut."))
    await goals.change(coach, me, late.id, GoalChange(lead="Karim", team="Nord"))
    day = later(clock, 80)
    for goal, value in ((late, 1), (fine, 7), (early, 6), (contested, 6)):
        await goals.check_in(coach, me, goal.id, NewCheckIn(value=value, day=day))
    board = await boards.board(coach, me)
    assert [row.goal.id for row in board.rows][:3] == [late.id, silent.id, contested.id]
    assert board.counts == {"at_risk": 1, "stale": 1, "on_track": 3}
    assert (board.teams, board.leads) == (("Nord",), ("Karim",))
    assert [row.goal.id for row in (await boards.board(coach, me, lead="Karim")).rows] == [late.id]
    assert [row.goal.id for row in (await boards.board(coach, me, status="stale")).rows] == [silent.id]
    assert {row.goal.id for row in boards.to_do(board)} == {late.id, silent.id, contested.id}


async def test_silence_is_never_green(coach, me, clock):
    goal = await a_goal(coach, me)
    day = later(clock, 20)
    await goals.check_in(coach, me, goal.id, NewCheckIn(value=5, day=day))
    for days in range(20, 160, 7):
        later(clock, days)
        status = (await goals.progress(coach, me, goal.id)).standing.status
        assert (status == "on_track") == (days <= 20 + 31 + 10)
