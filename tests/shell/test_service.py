"""The use cases, on both databases: what is answered was kept, and of two people at once one is told."""

import asyncio
import datetime as dt

import pytest

from coach import service
from coach.core.model import Context, Profile
from coach.errors import BadInput, Conflict, NotFound
from coach.service import GoalChange, NewCheckIn, Once, Preferences, conversations, cursors, goals, people, profiles
from coach.settings import Settings
from coach.store.ids import new_id

WHOLE = "Signer 12 contrats avec des cliniques d'ici fin juin"
VAGUE = "augmenter les ventes"


@pytest.fixture
async def coach(database, tmp_path, clock):
    settings = Settings(home=tmp_path / "home", database_url=database, time_zone="Europe/Paris")
    async with service.opened(settings, clock) as coach:
        yield coach


@pytest.fixture
async def me(coach):
    return await people.owner(coach, "fr")


async def drafted(coach, me, text=WHOLE):
    """A conversation that has drafts to choose from."""
    talk = await conversations.start(coach, me, text)
    return await conversations.skip_all(coach, me, talk.id)


async def adopted(coach, me, text=WHOLE):
    return await conversations.adopt(coach, me, (await drafted(coach, me, text)).id)


# Conversations


async def test_a_conversation_reads_back_as_it_was_answered(coach, me):
    talk = await conversations.start(coach, me, VAGUE)
    assert talk.turn.question is not None
    assert talk.turn.question.text
    said = await conversations.say(coach, me, talk.id, "30 rendez-vous avec des PME")
    assert await conversations.get(coach, me, talk.id) == said
    assert [m.text for m in said.turn.messages if m.role == "manager"] == [VAGUE, "30 rendez-vous avec des PME"]
    assert said.version == 2


async def test_what_counts_from_today_counts_from_the_day_it_was_said(coach, me, clock):
    talk = await conversations.start(coach, me, "Signer 12 contrats avec des cliniques d'ici 3 mois")
    due = talk.turn.assessment.reading.first.deadline
    clock.moment += dt.timedelta(days=40)
    later = await conversations.get(coach, me, talk.id)
    assert later.turn.assessment.reading.first.deadline == due


async def test_a_conversation_survives_a_restart(database, tmp_path, clock):
    settings = Settings(home=tmp_path / "home", database_url=database)
    async with service.opened(settings, clock) as coach:
        me = await people.owner(coach)
        talk = await drafted(coach, me)
    async with service.opened(settings, clock) as coach:
        assert await people.owner(coach) == me
        assert await conversations.get(coach, me, talk.id) == talk


async def test_of_two_answers_to_one_question_one_wins_and_the_other_is_told(coach, me):
    talk = await conversations.start(coach, me, VAGUE)
    turns = await asyncio.gather(
        *(conversations.say(coach, me, talk.id, f"{n} contrats", expected=talk.version) for n in range(10, 22)),
        return_exceptions=True,
    )
    winners = [turn for turn in turns if not isinstance(turn, BaseException)]
    assert len(winners) == 1
    assert all(isinstance(turn, Conflict) for turn in turns if turn not in winners)
    assert await conversations.get(coach, me, talk.id) == winners[0]


async def test_without_a_version_each_answer_is_kept_or_refused_and_none_is_lost(coach, me):
    talk = await conversations.start(coach, me, VAGUE)
    turns = await asyncio.gather(
        *(conversations.say(coach, me, talk.id, f"{n} contrats") for n in range(10, 22)), return_exceptions=True
    )
    told = [turn for turn in turns if isinstance(turn, BaseException)]
    assert all(isinstance(turn, Conflict) for turn in told)
    after = await conversations.get(coach, me, talk.id)
    assert after.version == 1 + len(turns) - len(told)


@pytest.mark.parametrize(
    "text", ["", "   \n", "a\0b", "\ud800", "x" * 10_001], ids=["empty", "blank", "NUL", "half", "long"]
)
async def test_what_cannot_be_read_is_refused_before_anything_is_kept(coach, me, text):
    with pytest.raises(BadInput):
        await conversations.start(coach, me, text)
    talk = await conversations.start(coach, me, VAGUE)
    for attempt in (
        conversations.say(coach, me, talk.id, text),
        conversations.edit(coach, me, talk.id, talk.turn.messages[0].id, text),
        goals.create(coach, me, text),
    ):
        with pytest.raises(BadInput):
            await attempt
    assert (await conversations.get(coach, me, talk.id)).version == 1
    assert len((await conversations.page(coach, me)).items) == 1


async def test_an_edited_message_runs_the_line_again_and_the_old_one_stays(coach, me):
    talk = await conversations.start(coach, me, VAGUE)
    talk = await conversations.edit(coach, me, talk.id, talk.turn.messages[0].id, WHOLE)
    assert talk.turn.assessment.reading.first.value == 12
    assert [message.superseded for message in talk.turn.messages if message.text == VAGUE] == [True]
    with pytest.raises(BadInput) as refused:
        await conversations.edit(coach, me, talk.id, new_id(), WHOLE)
    assert refused.value.details["reason"] == "message"


async def test_what_cannot_be_done_now_says_so(coach, me):
    talk = await conversations.start(coach, me, VAGUE)
    with pytest.raises(BadInput) as no_draft:
        await conversations.choose(coach, me, talk.id, 0)
    assert no_draft.value.details["reason"] == "draft"
    with pytest.raises(Conflict) as nothing:
        await conversations.undo(coach, me, talk.id)
    assert nothing.value.details["reason"] == "nothing_to_undo"
    ready = await drafted(coach, me)
    with pytest.raises(Conflict) as unasked:
        await conversations.skip(coach, me, ready.id)
    assert unasked.value.details["reason"] == "no_question"


async def test_a_conversation_that_is_full_says_so_and_takes_back_what_was_said(coach, me, monkeypatch):
    talk = await conversations.start(coach, me, VAGUE)
    for _ in range(conversations.SAID_AT_MOST // 10_000 - 1):
        talk = await conversations.say(coach, me, talk.id, "x" * 10_000)
    with pytest.raises(Conflict) as too_much:
        for _ in range(2):
            talk = await conversations.say(coach, me, talk.id, "x" * 10_000)
    assert too_much.value.details["reason"] == "full"
    talk = await conversations.undo(coach, me, talk.id)
    assert (await conversations.say(coach, me, talk.id, WHOLE)).version == talk.version + 1
    monkeypatch.setattr(conversations, "EVENTS_AT_MOST", 5)
    with pytest.raises(Conflict) as too_many:
        for _ in range(3):
            await conversations.say(coach, me, talk.id, "12")
    assert too_many.value.details["reason"] == "full"


async def test_another_s_conversation_is_not_found(coach, me):
    talk = await conversations.start(coach, me, VAGUE)
    stranger = me.model_copy(update={"workspace_id": new_id()})
    with pytest.raises(NotFound):
        async with coach.store.read(stranger.workspace_id) as unit:
            await unit.conversations.get(talk.id)


async def test_the_history_is_found_by_any_words_that_were_said(coach, me):
    talk = await conversations.start(coach, me, "Développer l'Île-de-France")
    await conversations.start(coach, me, VAGUE)
    await conversations.say(coach, me, talk.id, "pour les cliniques vétérinaires")
    for words in ("DEVELOPPER ile", "veterinaires"):
        assert [one.id for one in (await conversations.page(coach, me, search=words)).items] == [talk.id]
    await conversations.set_deleted(coach, me, talk.id, True)
    assert (await conversations.page(coach, me, search="ile")).items == ()
    await conversations.set_deleted(coach, me, talk.id, False)
    assert len((await conversations.page(coach, me, search="ile")).items) == 1


async def test_a_list_is_read_whole_by_its_cursors_while_it_grows(coach, me):
    ids = [(await conversations.start(coach, me, f"{VAGUE} {n}")).id for n in range(7)]
    found, cursor = [], None
    while True:
        part = await conversations.page(coach, me, limit=3, cursor=cursor)
        found += [one.id for one in part.items]
        await conversations.start(coach, me, "une autre entre-temps")
        if (cursor := part.next) is None:
            break
    assert found == ids[::-1]


# Adoption


async def test_a_goal_keeps_the_draft_that_was_adopted_and_closes_the_conversation(coach, me):
    talk = await drafted(coach, me)
    talk = await conversations.choose(coach, me, talk.id, len(talk.turn.drafts) - 1)
    goal = await conversations.adopt(coach, me, talk.id, expected=talk.version)
    assert goal.draft == talk.turn.drafts[-1]
    assert (goal.metric, goal.target, goal.due) == ("deals_won", 12, dt.date(2026, 6, 30))
    closed = await conversations.get(coach, me, talk.id)
    assert (closed.status, closed.goal_id) == ("adopted", goal.id)
    with pytest.raises(Conflict):
        await conversations.say(coach, me, talk.id, "20 contrats")
    with pytest.raises(Conflict):
        await conversations.adopt(coach, me, talk.id)


async def test_two_adoptions_at_once_make_one_goal(coach, me):
    talk = await drafted(coach, me)
    outcomes = await asyncio.gather(
        *(conversations.adopt(coach, me, talk.id, expected=talk.version) for _ in range(6)), return_exceptions=True
    )
    assert sum(not isinstance(outcome, BaseException) for outcome in outcomes) == 1
    assert len((await goals.page(coach, me)).items) == 1


async def test_nothing_is_adopted_from_what_holds_no_goal(coach, me):
    with pytest.raises(BadInput) as refused:
        await goals.create(coach, me, "Bonjour, comment allez-vous ?")
    assert refused.value.details["reason"] == "no_draft"
    assert (await goals.page(coach, me)).items == ()


# Idempotency


async def test_a_repeated_call_answers_the_same_and_does_nothing_more(coach, me):
    once = Once(key="k", fingerprint="f")
    first = await conversations.start(coach, me, WHOLE, once=once)
    again = await conversations.start(coach, me, WHOLE, once=once)
    assert again.model_dump_json() == first.model_dump_json()
    assert len((await conversations.page(coach, me)).items) == 1
    with pytest.raises(Conflict) as reused:
        await conversations.start(coach, me, VAGUE, once=Once(key="k", fingerprint="other"))
    assert reused.value.details["reason"] == "key_reused"


async def test_a_repeat_is_answered_even_though_its_version_is_past(coach, me):
    talk = await conversations.start(coach, me, VAGUE)
    once = Once(key="k", fingerprint="f")
    first = await conversations.say(coach, me, talk.id, "12 contrats", expected=talk.version, once=once)
    again = await conversations.say(coach, me, talk.id, "12 contrats", expected=talk.version, once=once)
    assert again.model_dump_json() == first.model_dump_json()


async def test_twelve_duplicates_at_once_have_one_effect(coach, me):
    once = Once(key="k", fingerprint="f")
    answers = await asyncio.gather(*(goals.create(coach, me, WHOLE, once=once) for _ in range(12)))
    assert len({answer.id for answer in answers}) == 1
    assert len((await goals.page(coach, me)).items) == 1


async def test_a_failed_call_leaves_its_key_free(coach, me):
    once = Once(key="k", fingerprint="f")
    talk = await conversations.start(coach, me, VAGUE)
    with pytest.raises(Conflict):
        await conversations.undo(coach, me, talk.id, once=once)
    await conversations.say(coach, me, talk.id, "12 contrats")
    assert (await conversations.undo(coach, me, talk.id, once=once)).version == 3


# The life of a goal


@pytest.mark.parametrize(
    ("text", "change", "statement"),
    [
        (WHOLE, {"target": 15}, "Signer 15 contrats avec des cliniques d’ici le 30 juin 2026"),
        (WHOLE, {"due": dt.date(2026, 9, 30)}, "Signer 12 contrats avec des cliniques d’ici le 30 septembre 2026"),
        (
            "Win 12 contracts with clinics by 30 June 2026",
            {"target": 15, "due": dt.date(2026, 7, 31)},
            "15 deals with clinics by July 31, 2026",
        ),
        (
            "Réaliser 150 000 € de chiffre d'affaires auprès des cliniques d'ici fin juin",
            {"target": 180_000},
            "180\u202f000",
        ),
    ],
    ids=["target", "due date", "both, in English", "an amount"],
)
async def test_an_adjustment_rewrites_the_sentence_and_is_kept_with_its_reason(coach, me, text, change, statement):
    goal = await adopted(coach, me, text)
    changed = await goals.change(coach, me, goal.id, GoalChange(**change, reason="un poste vacant"))
    assert statement in changed.statement.rstrip(".")
    assert {name: getattr(changed, name) for name in change} == change
    assert changed.draft == goal.draft
    (adjustment,) = (await goals.progress(coach, me, goal.id)).adjustments
    assert adjustment.reason == "un poste vacant"
    assert set(adjustment.changes) == {*change, "statement"}


async def test_an_adjustment_needs_a_reason(coach, me):
    goal = await adopted(coach, me)
    for change in ({"target": 15}, {"due": dt.date(2026, 9, 1)}, {"status": "abandoned"}, {"target": 15, "reason": ""}):
        with pytest.raises(BadInput) as refused:
            await goals.change(coach, me, goal.id, GoalChange(**change))
        assert refused.value.details["reason"] == "reason_missing"
    assert (await goals.get(coach, me, goal.id)).version == 1


async def test_a_new_sentence_is_read_again_and_may_not_contradict_the_figures(coach, me):
    goal = await adopted(coach, me)
    said = "Signer 20 contrats avec des hôpitaux d'ici fin septembre"
    changed = await goals.change(coach, me, goal.id, GoalChange(statement=said, reason="autre marché"))
    assert (changed.statement, changed.target, changed.due) == (said, 20, dt.date(2026, 9, 30))
    with pytest.raises(BadInput) as apart:
        await goals.change(coach, me, goal.id, GoalChange(statement=WHOLE, target=99, reason="x"))
    assert apart.value.details["reason"] == "apart"
    with pytest.raises(BadInput) as no_goal:
        await goals.change(coach, me, goal.id, GoalChange(statement="Bonjour à tous !"))
    assert no_goal.value.details["reason"] == "no_goal"


async def test_a_horizon_that_was_kept_still_counts_from_the_adoption(coach, me, clock):
    goal = await goals.create(coach, me, "Signer 12 contrats avec des cliniques d'ici 3 mois")
    clock.moment += dt.timedelta(days=30)
    reworded = goal.statement.replace("cliniques", "cliniques privées")
    changed = await goals.change(coach, me, goal.id, GoalChange(statement=reworded))
    assert changed.due == goal.due


async def test_saying_what_stands_already_changes_nothing(coach, me):
    goal = await adopted(coach, me)
    same = GoalChange(target=12, due=goal.due, statement=goal.statement, status="running", deleted=False)
    assert await goals.change(coach, me, goal.id, same) == goal


async def test_sixty_people_who_each_raise_the_target_by_one_are_all_counted(coach, me):
    goal = await adopted(coach, me)

    async def raise_it():
        while True:
            seen = await goals.get(coach, me, goal.id)
            change = GoalChange(target=seen.target + 1, reason="un de plus")
            try:
                return await goals.change(coach, me, goal.id, change, expected=seen.version)
            except Conflict:
                await asyncio.sleep(0)

    await asyncio.gather(*(raise_it() for _ in range(60)))
    final = await goals.get(coach, me, goal.id)
    assert (final.target, final.version) == (72, 61)
    assert "72 contrats" in final.statement


async def test_a_deleted_goal_leaves_the_list_takes_no_check_in_and_comes_back(coach, me):
    goal = await adopted(coach, me)
    gone = await goals.change(coach, me, goal.id, GoalChange(deleted=True), expected=1)
    assert gone.deleted_at is not None
    assert (await goals.page(coach, me)).items == ()
    with pytest.raises(Conflict) as refused:
        await goals.check_in(coach, me, goal.id, NewCheckIn(value=1))
    assert refused.value.details["reason"] == "deleted"
    back = await goals.change(coach, me, goal.id, GoalChange(deleted=False), expected=2)
    assert (await goals.page(coach, me)).items == (back,)


async def test_check_ins_tell_where_the_goal_stands(coach, me, clock):
    goal = await adopted(coach, me)
    assert (await goals.progress(coach, me, goal.id)).standing.status == "waiting"
    clock.moment += dt.timedelta(days=83)  # half of the 166 days to 30 June
    await goals.check_in(coach, me, goal.id, NewCheckIn(value=2, day=dt.date(2026, 2, 1)))
    first = await goals.check_in(coach, me, goal.id, NewCheckIn(value=3, comment="erreur de saisie"))
    assert first.day == dt.date(2026, 4, 8)
    await goals.check_in(coach, me, goal.id, NewCheckIn(value=6, confidence="high"))
    progress = await goals.progress(coach, me, goal.id)
    assert [look.value for look in progress.check_ins] == [6, 3, 2]
    assert (progress.standing.actual, progress.standing.expected, progress.standing.status) == (6, 6, "on_track")
    clock.moment += dt.timedelta(days=45)
    assert (await goals.progress(coach, me, goal.id)).standing.status == "stale"


async def test_a_day_to_come_takes_no_check_in_by_the_person_s_own_calendar(coach, me, clock):
    goal = await adopted(coach, me)
    clock.moment = dt.datetime(2026, 1, 15, 23, 30, tzinfo=dt.UTC)  # already the 16th in Paris
    assert (await goals.check_in(coach, me, goal.id, NewCheckIn(value=1))).day == dt.date(2026, 1, 16)
    with pytest.raises(BadInput) as refused:
        await goals.check_in(coach, me, goal.id, NewCheckIn(value=1, day=dt.date(2026, 1, 17)))
    assert refused.value.details["reason"] == "future_day"


async def test_check_ins_are_read_by_cursor_and_one_by_one(coach, me):
    goal, other = await adopted(coach, me), await adopted(coach, me)
    made = [await goals.check_in(coach, me, goal.id, NewCheckIn(value=n)) for n in range(5)]
    part = await goals.check_ins(coach, me, goal.id, limit=3)
    rest = await goals.check_ins(coach, me, goal.id, limit=3, cursor=part.next)
    assert [*part.items, *rest.items] == made[::-1]
    assert rest.next is None
    assert await goals.get_check_in(coach, me, goal.id, made[0].id) == made[0]
    with pytest.raises(NotFound):
        await goals.get_check_in(coach, me, other.id, made[0].id)
    with pytest.raises(BadInput):
        await goals.check_ins(coach, me, other.id, cursor=part.next)


# Profile and preferences


async def test_a_profile_set_elsewhere_judges_at_once_here_and_soon_in_another_process(coach, me):
    assert (await profiles.recent(coach, me)) == Profile()
    profile = Profile(context=Context(headcount=3, company="sme"))
    saved = await profiles.set(coach, me, profile, expected=1)
    assert saved.version == 2
    assert await profiles.recent(coach, me) == profile
    with pytest.raises(Conflict):
        await profiles.set(coach, me, Profile(), expected=1)
    assert (await profiles.get(coach, me)).profile == profile


async def test_preferences_are_the_person_s(coach, me):
    assert await people.preferences(coach, me) == Preferences()
    wanted = Preferences(language="fr", time_zone="Indian/Reunion")
    await people.set_preferences(coach, me, wanted)
    assert await people.preferences(coach, me) == wanted


# Everything is logged


async def test_every_change_is_in_the_audit_log_without_what_people_wrote(coach, me):
    talk = await conversations.start(coach, me, "Un mot très secret : sésame")
    await conversations.say(coach, me, talk.id, WHOLE)
    await conversations.skip_all(coach, me, talk.id)
    goal = await conversations.adopt(coach, me, talk.id)
    await goals.change(coach, me, goal.id, GoalChange(target=13, reason="sésame"))
    await goals.check_in(coach, me, goal.id, NewCheckIn(value=1, comment="sésame"))
    await profiles.set(coach, me, Profile(context=Context(means="sésame")))
    await people.set_preferences(coach, me, Preferences(language="en"))
    async with coach.store.read(me.workspace_id) as unit:
        rows = await unit.audit.rows()
        assert await unit.audit.first_break() is None
    assert [row["action"] for row in rows] == [
        "conversation.started", "conversation.said", "conversation.skipped_all", "goal.adopted", "goal.changed",
        "goal.checked_in", "profile.set", "preferences.set",
    ]  # fmt: skip
    assert "sésame" not in str(rows)


# Cursors


def test_a_cursor_that_was_touched_or_taken_elsewhere_is_refused():
    id = new_id()
    cursor = cursors.after(id, of="goals")
    assert cursors.read(cursor, of="goals") == id
    with pytest.raises(BadInput):
        cursors.read(cursor, of="conversations")
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"
    touched = {cursor[:n] + other + cursor[n + 1 :] for n in range(len(cursor)) for other in letters} - {cursor}
    touched |= {cursor[:-1], cursor + "A", cursor + "=", cursor + " ", "", "é", "A" * 60, "\0"}
    for one in touched:
        with pytest.raises(BadInput):
            cursors.read(one, of="goals")


async def test_copies_of_a_coach_share_the_plugins_that_were_loaded(tmp_path):
    async with service.opened(Settings(home=tmp_path / "home")) as coach:
        assert coach.quiet().plugins is coach.plugins
        coach.plugins = mine = type(coach.plugins)()
        assert coach.quiet().quiet().plugins is mine
