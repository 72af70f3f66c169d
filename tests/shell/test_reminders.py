"""Reminders and digests: seen before they leave, sent once a period, to real servers, with nothing secret told."""

import datetime as dt
import logging

import pytest

from coach import service
from coach.errors import BadInput, ServiceError
from coach.plugins import Notification, hookimpl
from coach.plugins.builtin import post
from coach.plugins.manager import load
from coach.service import GoalChange, NewCheckIn, goals, jobs, links, outlets, people, reminders
from coach.service.outlets import NewOutlet, OutletChange
from coach.settings import Settings
from tests.shell import mailbox
from tests.shell.conftest import NOON

TEXT = "Signer 12 contrats de maintenance d’ici le 30 juin 2026"
SLACK = "https://hooks.slack.com/services/T000/B000/verysecret"


@pytest.fixture
async def mail():
    async with mailbox.smtp() as box:
        yield box


@pytest.fixture
async def hook():
    async with mailbox.webhook() as box:
        yield box


@pytest.fixture
async def coach(tmp_path, clock, mail, hook):
    settings = Settings(
        home=tmp_path / "home", time_zone="Europe/Paris", smtp_host="127.0.0.1", smtp_port=mail.port, smtp_security="none",
        smtp_sender="coach@example.com", smtp_user="coach", smtp_password="hunter2",
        webhook_hosts=f"127.0.0.1:{hook.port}", public_url="https://coach.example",
    )  # fmt: skip
    async with service.opened(settings, clock) as opened:
        yield opened


@pytest.fixture
async def me(coach):
    return await people.owner(coach, "fr")


async def on(coach, me, kind="email", address="chef@example.com", **options):
    made = await outlets.create(coach, me, NewOutlet(kind=kind, address=address, language="fr", **options))
    await reminders.preview(coach, me, made.id)
    return await outlets.change(coach, me, made.id, OutletChange(switched_on=True))


def later(clock, days: int) -> None:
    clock.moment = NOON + dt.timedelta(days=days)


async def test_nothing_is_sent_that_nobody_saw_and_switched_on(coach, me, clock, mail):
    await goals.create(coach, me, TEXT)
    made = await outlets.create(coach, me, NewOutlet(kind="email", address="chef@example.com", language="fr"))
    later(clock, 40)
    assert (await reminders.run(coach)).messages == 0
    with pytest.raises(BadInput) as refused:
        await outlets.change(coach, me, made.id, OutletChange(switched_on=True))
    assert refused.value.details["reason"] == "outlet_unseen"
    seen = await reminders.preview(coach, me, made.id)
    assert (seen.due, "contrats" in seen.reminder.text) == (1, True)
    assert (await reminders.run(coach)).messages == 0
    await outlets.change(coach, me, made.id, OutletChange(switched_on=True))
    assert (await reminders.run(coach)).messages >= 1
    assert mail.recipients[0] == "chef@example.com"


async def test_each_due_date_and_each_week_is_told_once_however_often_it_runs(coach, me, clock, mail):
    goal = await goals.create(coach, me, TEXT)
    await on(coach, me)
    told = []
    for days in range(0, 71):
        later(clock, days)
        if days == 45:
            await goals.check_in(coach, me, goal.id, NewCheckIn(value=4))
        told += (await reminders.run(coach)).keys
        told += (await reminders.run(coach)).keys
    assert len(set(told)) == len(told)
    weeks = {(NOON + dt.timedelta(days=n)).date().isocalendar()[:2] for n in range(71)}
    digests = [key for key in told if key.startswith("digest")]
    assert len(weeks) - 1 <= len(digests) <= len(weeks)  # the first week began before anyone switched it on
    looks = [key.rpartition(":")[2] for key in told if key.startswith("look")]
    assert looks == ["2026-02-15"]  # the next one is due a month after the check-in
    assert len(mail.mails) == len(digests) + len(looks)


async def test_the_mail_leads_to_the_check_in_it_asks_for(coach, me, clock, mail):
    goal = await goals.create(coach, me, TEXT)
    await on(coach, me, digest=False)
    later(clock, 31)
    await reminders.run(coach)
    (said,) = mail.mails
    text = said.get_content()
    assert said["Subject"] == "Un point à faire"
    assert said["From"] == "coach@example.com"
    assert said["Auto-Submitted"] == "auto-generated"
    secret = text.partition("https://coach.example/l/")[2].split()[0]
    await links.check_in(coach, secret, NewCheckIn(value=3))
    assert (await goals.progress(coach, me, goal.id)).standing.actual == 3
    assert mail.signed_in == ["\0coach\0hunter2"]


async def test_each_lead_is_mailed_their_own_goals(coach, me, clock, mail):
    for name in ("karim", "lea"):
        goal = await goals.create(coach, me, TEXT)
        await goals.change(coach, me, goal.id, GoalChange(lead=name, lead_email=f"{name}@example.com"))
    await goals.create(coach, me, TEXT)
    await on(coach, me, kind="leads", address="")
    later(clock, 31)
    await reminders.run(coach)
    assert mail.recipients == ["karim@example.com", "lea@example.com"]
    assert all(text.get_content().count("• ") == 1 for text in mail.mails)


async def test_what_could_not_be_delivered_is_tried_again_and_said(coach, me, clock, mail, caplog):
    await goals.create(coach, me, TEXT)
    made = await on(coach, me, digest=False)
    later(clock, 31)
    mail.refuses = True
    with caplog.at_level(logging.DEBUG):
        assert (await reminders.run(coach)).failed == 1
    assert (await outlets.get(coach, me, made.id)).problem
    assert "hunter2" not in caplog.text
    assert "chef@example.com" not in caplog.text
    mail.refuses = False
    assert (await reminders.run(coach)).messages == 1
    assert (await outlets.get(coach, me, made.id)).problem is None
    assert (await reminders.run(coach)).messages == 0


@pytest.mark.parametrize("kind", ["slack", "teams", "webhook"])
async def test_a_webhook_gets_the_form_it_reads(coach, me, clock, hook, kind):
    goal = await goals.create(coach, me, "Signer 12 contrats <!channel> *urgents* d’ici le 30 juin 2026")
    await goals.change(coach, me, goal.id, GoalChange(lead="<@U123> & _Léa_"))
    await on(coach, me, kind=kind, address=f"http://127.0.0.1:{hook.port}/hook?sig=verysecret", reminders=False)
    later(clock, 60 + (7 - (NOON + dt.timedelta(days=60)).weekday()) % 7)
    assert (await reminders.run(coach)).messages == 1
    path, body = hook.posts[0]
    assert path == "/hook?sig=verysecret"
    if kind == "slack":
        assert "<@" not in body["text"]
        assert len(body["blocks"]) <= 50
        assert body["blocks"][0]["type"] == "header"
        assert all(len(block["text"]["text"]) <= 3000 for block in body["blocks"] if block["type"] == "section")
        assert body["blocks"][-1]["elements"][0]["url"] == "https://coach.example/team"
    elif kind == "teams":
        (card,) = body["attachments"]
        assert card["contentType"] == "application/vnd.microsoft.card.adaptive"
        assert card["content"]["type"] == "AdaptiveCard"
        assert card["content"]["actions"][0]["url"] == "https://coach.example/team"
        assert "_Léa_" not in str(card["content"]["body"])
    else:
        assert set(body) == {"subject", "text", "language", "link"}


async def test_an_address_is_sealed_and_never_shown_whole(coach, me):
    made = await outlets.create(coach, me, NewOutlet(kind="slack", address=SLACK))
    assert made.address == "hooks.slack.com/…"
    kept = b"".join(path.read_bytes() for path in coach.settings.home.iterdir() if path.is_file())
    assert b"verysecret" not in kept
    assert "verysecret" not in repr(coach.settings)
    await outlets.remove(coach, me, made.id)
    assert await outlets.every(coach, me) == ()


@pytest.mark.parametrize(
    "address",
    [
        "http://hooks.slack.com/services/x", "https://hooks.slack.com:8443/x", "https://user@hooks.slack.com/x",
        "https://hooks.slack.com.evil.example/x", "https://evil.example/hooks.slack.com", "https://127.0.0.1/x",
        "https://169.254.169.254/latest", "https://[::1]/x", "https://localhost/x", "ftp://hooks.slack.com/x",
        "https://hooks.slack.com\\@evil.example/x", "https://evil.example#.webhook.office.com", "javascript:alert(1)",
        "https://webhook.office.com.evil.example/x", "https:///x", "", "https://hooks.slack.com /x", "//hooks.slack.com/x",
        "https://evilhooks.slack.com/x", "https://xlogic.azure.com/x", "https://hooks.slack.com%2eevil.example/x",
        "https://hooks.slack.com:99999/x",
    ],
)  # fmt: skip
def test_a_webhook_leads_to_no_other_host(address):
    with pytest.raises(BadInput):
        post.allowed(address)


@pytest.mark.parametrize(
    "address",
    [
        SLACK, "https://acme.webhook.office.com/webhookb2/1@2/IncomingWebhook/3",
        "https://prod-12.westeurope.logic.azure.com/workflows/1/triggers/manual?sig=x",
        "https://x.12.environment.api.powerplatform.com:443/powerautomate/y",
    ],
)  # fmt: skip
def test_a_webhook_of_slack_or_teams_is_taken(address):
    assert post.allowed(address) == address


async def test_a_redirect_is_not_followed_and_an_error_is_said(coach, me, hook):
    hook.refuses = True
    made = await outlets.create(coach, me, NewOutlet(kind="webhook", address=f"http://127.0.0.1:{hook.port}/x?sig=abc"))
    with pytest.raises(ServiceError) as refused:
        await reminders.test(coach, me, made.id)
    assert "500" in str(refused.value)
    assert "abc" not in str(refused.value)


@pytest.mark.parametrize("subject", ["a\r\nBcc: x@example.com", "a\nb", "a\x00b"])
def test_nothing_said_becomes_a_head_of_the_mail(subject):
    made = post.mail(
        Notification(subject=subject, text="x", to="chef@example.com\nBcc: y@example.com"), "c@example.com"
    )
    assert set(made.keys()) >= {"Subject", "To"}
    assert "Bcc" not in made
    assert "\n" not in made["Subject"]


@pytest.mark.parametrize("address", ["chef", "chef@", "a b@example.com", "chef@example.com, x@example.com", "<x@y.z>"])
async def test_a_mail_address_is_one_address(coach, me, address):
    with pytest.raises(BadInput):
        await outlets.create(coach, me, NewOutlet(kind="email", address=address))


async def test_without_a_mail_server_it_says_what_to_set(settings, clock):
    async with service.opened(settings, clock) as coach:
        me = await people.owner(coach, "fr")
        made = await outlets.create(coach, me, NewOutlet(kind="email", address="chef@example.com"))
        with pytest.raises(BadInput, match="COACH_SMTP_HOST"):
            await reminders.test(coach, me, made.id)


async def test_a_stranger_s_notifier_is_a_way_of_telling_too(coach, me, clock):
    told = []

    class Pager:
        @hookimpl
        def register_notifiers(self, register):
            async def page(notification: Notification) -> None:
                told.append(notification)

            register("pager", page)

    plugins = load()
    plugins.ask("pager", Pager(), version="1", origin="test")
    coach.plugins = plugins
    await goals.create(coach, me, TEXT)
    await on(coach, me, kind="pager", address="", digest=False)
    later(clock, 31)
    await reminders.run(coach)
    assert [said.subject for said in told] == ["Un point à faire"]


async def test_an_alert_comes_before_the_end_once_a_month(coach, me, clock, mail):
    goal = await goals.create(coach, me, TEXT)
    await on(coach, me, digest=False)
    later(clock, 60)
    await goals.check_in(coach, me, goal.id, NewCheckIn(value=0.5))
    sent = await reminders.run(coach)
    assert [key.partition(":")[0] for key in sent.keys] == ["alert"]
    assert "Alerte" in mail.mails[-1].get_content()
    later(clock, 61)
    assert (await reminders.run(coach)).messages == 0


def test_the_morning_is_a_job_like_any_other():
    _, schedules = jobs.registered()
    assert "reminders" in {schedule.name for schedule in schedules}
