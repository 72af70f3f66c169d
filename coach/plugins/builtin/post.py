"""Ways to tell people that come with coach: mail, Slack and Teams webhooks, and a plain JSON webhook.

Webhooks lead to a closed list of hosts, over TLS, with no redirect followed: an address that someone types must not make
this server call its own network. Neither an address nor a password is ever in an error or a log.
"""

import asyncio
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Any
from urllib.parse import urlsplit

import httpx

from coach.errors import BadInput, ServiceError
from coach.plugins.hookspecs import hookimpl
from coach.plugins.offers import Notification
from coach.settings import Settings

WITHIN_S = 15.0
LONGEST_ADDRESS = 2_000
HOSTS = ("hooks.slack.com", ".webhook.office.com", ".logic.azure.com", ".api.powerplatform.com")
_TEAMS = "http://adaptivecards.io/schemas/adaptive-card.json"


@dataclass(frozen=True)
class Mail:
    """Mails a notification to ``to``, by the server of the settings."""

    settings: Settings | None = None

    def configured(self, settings: Settings) -> "Mail":
        """The same, knowing the server."""
        return Mail(settings)

    async def __call__(self, notification: Notification) -> None:
        """Raises BadInput without a server or a fit address, ServiceError when the mail is refused."""
        settings = self.settings or Settings.from_environment()
        if not settings.smtp_host or not settings.smtp_sender:
            raise BadInput("No mail server is set.", remedy="Set COACH_SMTP_HOST and COACH_SMTP_SENDER.", reason="smtp")
        message = mail(notification, settings.smtp_sender)
        try:
            await asyncio.to_thread(_send, message, settings)
        except (OSError, smtplib.SMTPException, ssl.SSLError) as wrong:
            raise _undelivered(type(wrong).__name__) from None


def mail(notification: Notification, sender: str) -> EmailMessage:
    """The notification as a mail; line ends in what stands in its head are taken out."""
    message = EmailMessage()
    message["From"], message["To"] = _one_line(sender), _one_line(notification.to)
    message["Subject"] = _one_line(notification.subject)
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain="coach.invalid")
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = notification.language
    link = f"\n\n{notification.link}" if notification.link else ""
    message.set_content(f"{notification.text}{link}\n")
    return message


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _send(message: EmailMessage, settings: Settings) -> None:
    context = ssl.create_default_context()
    host, port = settings.smtp_host, settings.smtp_port
    if settings.smtp_security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=WITHIN_S, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=WITHIN_S)
    with server:
        if settings.smtp_security == "starttls":
            server.starttls(context=context)
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        server.send_message(message)


@dataclass(frozen=True)
class Webhook:
    """Posts a notification to the address ``to``, in the form that ``kind`` reads."""

    kind: str
    settings: Settings | None = None

    def configured(self, settings: Settings) -> "Webhook":
        """The same, knowing the hosts that are allowed."""
        return Webhook(self.kind, settings)

    async def __call__(self, notification: Notification) -> None:
        """Raises BadInput for an address that may not be called, ServiceError when it does not take the message."""
        settings = self.settings or Settings.from_environment()
        allowed(notification.to, settings.webhook_hosts)
        body = {"slack": slack, "teams": teams, "webhook": plain}[self.kind](notification)
        try:
            async with httpx.AsyncClient(timeout=WITHIN_S, trust_env=False, follow_redirects=False) as client:
                answer = await client.post(notification.to, json=body)
        except httpx.HTTPError as wrong:
            raise _undelivered(type(wrong).__name__) from None
        if not answer.is_success:
            raise _undelivered(f"HTTP {answer.status_code}")


def allowed(address: str, more: str = "") -> str:
    """The address itself; BadInput unless it is https, of a host on the list, on its usual port."""
    refused = BadInput(
        "This address cannot be called.",
        remedy="Give the https address of a Slack or Teams incoming webhook, or add its host to COACH_WEBHOOK_HOSTS.",
        reason="outlet_address",
    )
    if len(address) > LONGEST_ADDRESS or not address.isascii() or any(letter.isspace() for letter in address):
        raise refused
    try:
        parts = urlsplit(address)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        raise refused from None
    own = {name.strip().lower() for name in more.split(",") if name.strip()}
    if parts.username or parts.password or "\\" in address or not host:
        raise refused
    if parts.scheme in ("http", "https") and f"{host}:{port}" in own:
        return address
    known = any(host == each or (each.startswith(".") and host.endswith(each)) for each in (*HOSTS, *own))
    if parts.scheme != "https" or port not in (None, 443) or not known:
        raise refused
    return address


def slack(notification: Notification) -> dict[str, Any]:
    """What a Slack incoming webhook reads: a head, the text, a button."""
    blocks: list[dict[str, Any]] = [
        {"type": "header", "text": {"type": "plain_text", "text": notification.subject[:150]}},
        *(
            {"type": "section", "text": {"type": "mrkdwn", "text": _slack(part)[:2_900]}}
            for part in notification.text.split("\n\n")[:40]
            if part.strip()
        ),
    ]
    if notification.link:
        label = {"fr": "Ouvrir", "en": "Open"}.get(notification.language, "Open")
        button = {"type": "button", "text": {"type": "plain_text", "text": label}, "url": notification.link}
        blocks.append({"type": "actions", "elements": [button]})
    return {"text": _slack(f"{notification.subject}\n{notification.text}"[:3_000]), "blocks": blocks}


def _slack(text: str) -> str:
    """The text with what Slack would take for a mention or a link made plain."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def teams(notification: Notification) -> dict[str, Any]:
    """What a Teams workflow reads: an adaptive card in a message."""
    body: list[dict[str, Any]] = [
        {"type": "TextBlock", "text": _teams(notification.subject), "weight": "bolder", "size": "medium", "wrap": True}
    ]
    body += [
        {"type": "TextBlock", "text": _teams(part), "wrap": True}
        for part in notification.text.split("\n\n")[:60]
        if part.strip()
    ]
    card: dict[str, Any] = {"$schema": _TEAMS, "type": "AdaptiveCard", "version": "1.4", "body": body}
    if notification.link:
        label = {"fr": "Ouvrir", "en": "Open"}.get(notification.language, "Open")
        card["actions"] = [{"type": "Action.OpenUrl", "title": label, "url": notification.link}]
    attachment = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": card}
    return {"type": "message", "attachments": [attachment]}


def _teams(text: str) -> str:
    """The text with its Markdown made plain; a line break is kept."""
    for letter in "\\`*_[]()#":
        text = text.replace(letter, f"\\{letter}")
    return text.replace("\n", "\n\n")


def plain(notification: Notification) -> dict[str, Any]:
    """What any other program reads."""
    return notification.model_dump(mode="json", exclude={"to"})


def _undelivered(why: str) -> ServiceError:
    return ServiceError(
        f"The message could not be delivered ({why}).",
        remedy="Check the address and the server, then try again.",
        reason="undelivered",
    )


@hookimpl
def register_notifiers(register: Any) -> None:
    """Offer mail, Slack, Teams and a plain webhook."""
    register("email", Mail())
    for kind in ("slack", "teams", "webhook"):
        register(kind, Webhook(kind))
