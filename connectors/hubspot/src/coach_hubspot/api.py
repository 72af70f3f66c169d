"""HubSpot's dated API: its addresses, limits and ways to say no. Source: developers.hubspot.com, API usage and search guides."""

from collections.abc import Mapping
from typing import Any

import httpx

from coach.errors import BadInput, CrmError, CrmQuotaSpent, CrmRefused, CrmUnavailable
from coach.plugins import Settings, raw
from coach.plugins.http import Again, Answer, Api, Credential, FixedToken, base_url, seconds, shared_gate
from coach.plugins.oauth import RenewedToken

VERSION = "2026-09"
OAUTH_VERSION = "2026-03"
HOST = "https://api.hubapi.com"
HOSTS = frozenset({"api.hubapi.com"})
SEARCHES = (5, 1.0)
CALLS = (100, 10.0)  # the lowest plan's; a connection may say that it has more
WAITS_S = {"SECONDLY": 1.0, "TEN_SECONDLY_ROLLING": 10.0}
RETRYABLE = {423: 2.0, 502: None, 503: None, 504: None, 521: None, 523: None, 524: None}


def judge(answer: Answer) -> Again | CrmError | None:
    """What a refusal means; which limit a 429 is about stands in ``policyName`` or only in the message."""
    body = answer.data if isinstance(answer.data, dict) else {}
    if answer.status == 429:
        return _limit(answer, f"{body.get('policyName') or ''} {body.get('message') or ''}".upper())
    if answer.status == 477:
        return Again(
            CrmUnavailable("HubSpot is moving this account."), seconds(answer.headers.get("retry-after")) or 3600.0
        )
    if answer.status in RETRYABLE:
        return Again(CrmUnavailable(f"HubSpot answers {answer.status}."), RETRYABLE[answer.status])
    if answer.status == 403 and body.get("category") == "MISSING_SCOPES":
        return CrmRefused("A scope is missing.", remedy="Add it to the service key.", scope=True)
    if body.get("status") == "BAD_REFRESH_TOKEN" or body.get("error") == "invalid_grant":
        return CrmRefused("The access was withdrawn.", remedy="Reconnect HubSpot.", reconnect=True)
    if 400 <= answer.status < 500 and answer.status not in (401, 403) and raw.text(body.get("category")):
        return CrmRefused(f"HubSpot answers {answer.status} ({raw.text(body['category'])}).")
    return None


def _limit(answer: Answer, said: str) -> Again | CrmError:
    if "DAILY" in said:
        return CrmQuotaSpent("The day's calls to HubSpot are spent.", remedy="The reading goes on tomorrow.")
    told = seconds(answer.headers.get("retry-after"))
    kind = (
        "TEN_SECONDLY_ROLLING"
        if "TEN_SECONDLY" in said
        else "SECONDLY"
        if "SECONDLY" in said
        else "TEN_SECONDLY_ROLLING"
    )
    return Again(CrmUnavailable("HubSpot asks to slow down."), max(told or 0.0, WAITS_S[kind]))


class HubSpotApi:
    """The account's API with its two gates."""

    def __init__(self, settings: Settings) -> None:
        self.base = base_of(settings)
        calls = settings.get("calls_per_10_s", CALLS[0])
        if not isinstance(calls, int) or not 1 <= calls <= 250:
            raise BadInput("calls_per_10_s is a whole number from 1 to 250.")
        account = f"{self.base}|{settings.get('refresh_token') or settings.get('token')}"
        self._search_gate = shared_gate(*SEARCHES, of=f"{account}|search")
        gates = (shared_gate(calls, CALLS[1], of=account),)
        self._credential = _credential(settings, self.base)
        self._api = Api(self.base, self._credential, judge, gates=gates)

    @property
    def fresh_secrets(self) -> dict[str, str]:
        """A refresh token that replaced ours meanwhile."""
        return {"refresh_token": new} if (new := getattr(self._credential, "rotated", None)) else {}

    async def get(self, path: str, **params: Any) -> Mapping[str, Any]:
        """GET; parameters that are None are left out."""
        return await self._api.get(path, {name: value for name, value in params.items() if value is not None})

    async def post(self, path: str, body: Any) -> Mapping[str, Any]:
        """POST that only reads."""
        return await self._api.post(path, body)

    async def send(self, method: str, path: str, body: Any = None) -> Mapping[str, Any]:
        """Write; never sent twice when nobody knows whether it was taken."""
        return await self._api.send(method, path, body)

    async def search(self, kind: str, body: Any) -> Mapping[str, Any]:
        """A search: five a second for the whole account."""
        return await self._api.post(f"/crm/objects/{VERSION}/{kind}/search", body, gates=(self._search_gate,))

    async def close(self) -> None:
        """Let go of the connections."""
        await self._api.close()


def _credential(settings: Settings, base: str) -> Credential:
    if settings.get("refresh_token"):
        held = dict(settings)
        return RenewedToken(lambda: _exchange(held, base), rotate=lambda token: held.update(refresh_token=token))
    return FixedToken("Authorization", f"Bearer {_required(settings, 'token')}")


def _required(settings: Settings, name: str) -> str:
    value = settings.get(name)
    if not isinstance(value, str) or not value.strip():
        raise CrmRefused(f"HubSpot's {name} is missing.", remedy="Give a service key as token, or the OAuth settings.")
    return value.strip()


async def _exchange(settings: Settings, base: str) -> Mapping[str, Any]:
    """The refresh token for an access token."""
    form = {"grant_type": "refresh_token", "refresh_token": _required(settings, "refresh_token")}
    return await exchange(settings, form, base)


def base_of(settings: Settings) -> str:
    """Where this account's API is."""
    given = str(settings.get("base_url") or HOST)
    return base_url(given, HOSTS, sandbox=bool(settings.get("sandbox")))


async def exchange(settings: Settings, form: Mapping[str, str], base: str | None = None) -> Mapping[str, Any]:
    """What HubSpot's token endpoint answers; everything in the body, never in the address."""
    own = {name: _required(settings, name) for name in ("client_id", "client_secret")}
    async with httpx.AsyncClient(
        base_url=base or base_of(settings), trust_env=False, follow_redirects=False, timeout=15
    ) as client:
        try:
            answer = await client.post(f"/oauth/{OAUTH_VERSION}/token", data={**form, **own})
        except httpx.HTTPError as error:
            raise CrmUnavailable(f"HubSpot's sign-in gave no answer: {type(error).__name__}.") from None
    if answer.status_code >= 500 or answer.status_code == 429:
        raise CrmUnavailable("HubSpot's sign-in is out of service.")
    got = Answer(answer.status_code, {}, answer.content).data
    return got if isinstance(got, dict) else {}
