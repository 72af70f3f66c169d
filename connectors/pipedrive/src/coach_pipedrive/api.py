"""Pipedrive's API: addresses, token costs, limits and refusals. Source: developers.pipedrive.com, API reference and rate limiting."""

import base64
import datetime as dt
from collections.abc import Mapping
from typing import Any

import httpx

from coach.errors import BadInput, CrmError, CrmMisanswered, CrmQuotaSpent, CrmRefused, CrmUnavailable
from coach.plugins import Clock, Settings, raw
from coach.plugins.http import Again, Answer, Api, Budget, Credential, FixedToken, base_url, seconds, shared_gate
from coach.plugins.oauth import RenewedToken

HOST = "https://api.pipedrive.com"
HOSTS = frozenset({"api.pipedrive.com"})
UNDER = ".pipedrive.com"
OAUTH = "https://oauth.pipedrive.com"
VERSION = "v2"  # users, types and leads live in v1 only
CALLS = (20, 2.0)  # the lowest plan's, per token
PAGE = 500  # a call costs the same whatever its size
TOKENS_A_DAY = 6_000  # a fifth of the smallest budget, which all users and tools of the company share
DEAREST = 40
COSTS: Mapping[str, int] = {
    "/api/v2/deals": 10, "/api/v2/deals/archived": 20, "/api/v2/activities": 10, "/api/v2/pipelines": 5, "/api/v2/stages": 5,
    "/api/v2/organizations": 10, "/v1/users": 20, "/v1/users/me": 2, "/v1/activityTypes": 20, "/v1/leads": 20,
    "/v1/leads/archived": 40, "/v1/goals/find": 20, "/v1/currencies": 20,
}  # fmt: skip


def judge(answer: Answer) -> Again | CrmError | None:
    """What a refusal means. A 429 with calls left is about the day's budget; without, about the last two seconds."""
    if answer.status == 403 and answer.is_html:
        return CrmRefused(
            "Pipedrive's firewall blocks this company's calls.",
            remedy="Wait an hour, then lower the pace.",
            blocked=True,
        )
    if answer.status == 429:
        remaining = seconds(answer.headers.get("x-ratelimit-remaining"))
        if remaining:
            return CrmQuotaSpent(
                "The company's daily budget at Pipedrive is spent.", remedy="The reading goes on tomorrow."
            )
        told = seconds(answer.headers.get("retry-after")) or seconds(answer.headers.get("x-ratelimit-reset"))
        return Again(CrmUnavailable("Pipedrive asks to slow down."), min(told or CALLS[1], CALLS[1]))
    if answer.status == 402:
        return CrmRefused("The Pipedrive account is closed or unpaid.", remedy="Settle it with Pipedrive.")
    return None


class PipedriveApi:
    """The account's API, its gate and its budget."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        base = base_of(settings)
        self.clock = clock
        calls = _whole(settings, "calls_per_2_s", CALLS[0], 480)
        cap = _whole(settings, "tokens_a_day", TOKENS_A_DAY, 10_000_000)
        self.budget = Budget(
            cap, lambda: clock().astimezone(dt.UTC).date(), int(settings.get("tokens_spent_today") or 0)
        )
        gate = shared_gate(calls, CALLS[1], of=f"{base}|{settings.get('refresh_token') or settings.get('token')}")
        self._credential = _credential(settings)
        self.api = Api(base, self._credential, judge, gates=(gate,))

    @property
    def fresh_secrets(self) -> dict[str, str]:
        """A refresh token that replaced ours meanwhile."""
        return {"refresh_token": new} if (new := getattr(self._credential, "rotated", None)) else {}

    async def get(self, path: str, **params: Any) -> Mapping[str, Any]:
        """GET, paid for; parameters that are None are left out."""
        self.budget.spend(COSTS.get(path, DEAREST))
        data = await self.api.get(path, {name: value for name, value in params.items() if value is not None})
        if data.get("success") is False:
            raise CrmMisanswered(f"GET {path}: Pipedrive says that it did not succeed.")
        return data

    async def send(self, method: str, path: str, body: Any, cost: int) -> Mapping[str, Any]:
        """Write, paid for; never sent twice when nobody knows whether it was taken."""
        self.budget.spend(cost)
        data = await self.api.send(method, path, body)
        if data.get("success") is False:
            raise CrmRefused(f"{method} {path}: Pipedrive did not take it.")
        return data

    async def page(self, path: str, cursor: str | None, **params: Any) -> tuple[list[dict[str, Any]], str | None]:
        """One page of version 2."""
        data = await self.get(path, limit=PAGE, cursor=cursor, **params)
        return _listed(path, data), raw.text(raw.child(data, "additional_data", "next_cursor"))

    async def offset(self, path: str, start: str | None) -> tuple[list[dict[str, Any]], str | None]:
        """One page of version 1."""
        data = await self.get(path, limit=PAGE, start=start)
        told = raw.child(data, "additional_data", "pagination")
        more = raw.flag(raw.child(told, "more_items_in_collection"))
        return _listed(path, data), raw.text(raw.child(told, "next_start")) if more else None

    async def close(self) -> None:
        """Let go of the connections."""
        await self.api.close()


def _listed(path: str, data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """An empty page may be null; anything else that is no list is no page, and must not pass for the end."""
    if data.get("data", 0) is not None and not isinstance(data.get("data"), list):
        raise CrmMisanswered(f"GET {path}: a page without data.")
    return raw.items(data.get("data"))


def _whole(settings: Settings, name: str, usual: int, most: int) -> int:
    value = settings.get(name, usual)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise BadInput(f"{name} is a whole number from 1 to {most}.")
    return value


def base_of(settings: Settings) -> str:
    """Where this company's API is."""
    given = str(settings.get("base_url") or HOST)
    return base_url(given, HOSTS, under=UNDER, sandbox=bool(settings.get("sandbox")))


def oauth_of(settings: Settings) -> str:
    """Where one signs in."""
    return base_of(settings) if settings.get("sandbox") else OAUTH


def _credential(settings: Settings) -> Credential:
    if settings.get("refresh_token"):
        form = {"grant_type": "refresh_token", "refresh_token": _required(settings, "refresh_token")}
        return RenewedToken(lambda: exchange(settings, form), rotate=lambda token: form.update(refresh_token=token))
    return FixedToken("x-api-token", _required(settings, "token"))  # never ?api_token=, which ends in logs


def _required(settings: Settings, name: str) -> str:
    value = settings.get(name)
    if not isinstance(value, str) or not value.strip():
        raise CrmRefused(f"Pipedrive's {name} is missing.", remedy="Give an API token as token, or the OAuth settings.")
    return value.strip()


async def exchange(settings: Settings, form: Mapping[str, str]) -> Mapping[str, Any]:
    """What Pipedrive's token endpoint answers."""
    client = f"{_required(settings, 'client_id')}:{_required(settings, 'client_secret')}"
    headers = {"Authorization": f"Basic {base64.b64encode(client.encode()).decode()}"}
    async with httpx.AsyncClient(
        base_url=oauth_of(settings), trust_env=False, follow_redirects=False, timeout=15
    ) as http:
        try:
            answer = await http.post("/oauth/token", data=dict(form), headers=headers)
        except httpx.HTTPError as error:
            raise CrmUnavailable(f"Pipedrive's sign-in gave no answer: {type(error).__name__}.") from None
    if answer.status_code >= 500 or answer.status_code == 429:
        raise CrmUnavailable("Pipedrive's sign-in is out of service.")
    got = Answer(answer.status_code, {}, answer.content).data
    return got if isinstance(got, dict) else {}
