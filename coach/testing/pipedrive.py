"""A fake Pipedrive that holds its state and its limits.

It enforces: tokens and their expiry, scopes, a rolling burst of N calls in two seconds with its headers, a firewall page for
those who keep on, the daily budget of tokens that no header shows, cursors that are opaque, end and die with their list,
pages of at most 500, half-open update windows, archived and deleted deals apart.
"""

import base64
import datetime as dt
import itertools
import secrets
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from coach.plugins.builtin.team import STAGES, Team
from coach.plugins.connector import Clock, now
from coach.testing.oauth import Codes
from coach.testing.pipedrive_writes import Writes
from coach.testing.serving import Ordered, Reply, Request, Rolling, asgi

Object = dict[str, Any]
COSTS = {
    "/api/v2/deals": 10, "/api/v2/deals/archived": 20, "/api/v2/activities": 10, "/api/v2/pipelines": 5, "/api/v2/stages": 5,
    "/api/v2/organizations": 10, "/v1/users": 20, "/v1/users/me": 2, "/v1/activityTypes": 20, "/v1/leads": 20,
    "/v1/leads/archived": 40, "/v1/goals/find": 20, "/v1/currencies": 20, "/v1/goals": 10,
}  # fmt: skip
SCOPE = {"/api/v2/activities": "activities:read", "/api/v2/organizations": "contacts:read", "/v1/leads": "leads:read",
         "/v1/leads/archived": "leads:read", "/api/v2/deals": "deals:read", "/api/v2/deals/archived": "deals:read"}  # fmt: skip
MARGIN_FIELD = "b2a64b4f5e4c49f3a0f3c1d2e3f4a5b6c7d8e9f0"
"""The custom field the account keeps its margin in, as Pipedrive names such fields."""

PATIENCE = 5
"""Refusals in a row before the firewall answers instead."""


def utc(at: dt.datetime | None) -> str | None:
    """As version 2 writes a time."""
    return None if at is None else at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class FakePipedrive:
    """One company, filled from a team; its raw records may be looked at and changed by tests."""

    def __init__(
        self, team: Team, *, token: str = "fake-api-token", clock: Clock = now, calls_per_2_s: int = 20
    ) -> None:
        self.team, self.clock, self.token = team, clock, token
        self.burst = Rolling(calls_per_2_s, 2.0)
        self.tokens_left = 30_000
        self.tokens_spent = 0
        self.missing_scopes: set[str] = set()
        self.client = ("client", "secret", "refresh-fake")
        self.short_tokens: dict[str, dt.datetime] = {}
        self.token_lasts_s = 3_599
        self.requests = self.exchanges = 0
        self.codes, self.writes = Codes(), Writes(self)
        self.blocked = False
        self._impatience = 0
        self.deals = {int(deal.id): self._deal(deal) for deal in team.deals}
        self.activities = {
            int(activity.id): self._activity(activity) for activity in (*team.activities, *team.messages)
        }
        self.organizations = {int(company.id): self._organization(company) for company in team.companies}
        self.ids = Ordered()
        self.pipelines = {
            int(one.id): {
                "id": int(one.id),
                "name": one.label,
                "is_deal_probability_enabled": True,
                "is_deleted": False,
            }
            for one in team.pipelines
        }
        self.stages = {
            int(id): {"id": int(id), "name": label, "order_nr": order, "pipeline_id": 1,
                      "deal_probability": round(probability * 100)}
            for order, (id, label, probability) in enumerate(STAGES)
        }  # fmt: skip
        self.leads = [self._lead(lead) for lead in team.leads]
        self.app = asgi(self.handle)

    # what tests change

    def change(self, id: str, **fields: Any) -> None:
        """Change a deal, as a person would on the screen."""
        self.deals[int(id)].update(fields, update_time=utc(self.clock()))

    def delete(self, id: str) -> None:
        """Delete a deal; it stays listed among the deleted."""
        self.change(id, status="deleted")

    # the account's content

    def _deal(self, deal: Any) -> Object:
        before = [entered for entered in deal.entered if entered.stage in {stage for stage, _, _ in STAGES}]
        last = before[-1] if before else None
        return {
            "id": int(deal.id), "title": f"Affaire {deal.id}", "owner_id": int(deal.owner), "pipeline_id": 1,
            "org_id": int(deal.company) if deal.company else None, "stage_id": int(last.stage if last else STAGES[0][0]),
            "value": deal.amount, "currency": deal.currency, "status": deal.status, "add_time": utc(deal.created),
            "update_time": utc(deal.modified), "stage_change_time": utc(last.at if last else deal.created),
            "won_time": utc(deal.closed) if deal.status == "won" else None,
            "lost_time": utc(deal.closed) if deal.status == "lost" else None,
            "expected_close_date": deal.expected.isoformat() if deal.expected else None,
            "is_archived": deal.archived, "probability": None, "custom_fields": {MARGIN_FIELD: deal.margin},
        }  # fmt: skip

    def _activity(self, activity: Any) -> Object:
        at = activity.at.astimezone(dt.UTC)
        minutes = round(activity.duration_s / 60)
        done = activity.outcome != "missed"
        return {
            "id": int(activity.id), "type": activity.type, "done": done, "owner_id": int(activity.owner),
            "due_date": at.date().isoformat(), "due_time": at.strftime("%H:%M"), "marked_as_done_time": utc(at) if done else None,
            "duration": f"{minutes // 60:02}:{minutes % 60:02}:00", "deal_id": int(activity.deals[0]) if activity.deals else None,
            "org_id": int(activity.company) if activity.company else None, "lead_id": None,
            "person_id": int(activity.party) if activity.party else None,
            "add_time": utc(at), "update_time": utc(activity.modified), "is_deleted": False,
        }  # fmt: skip

    def _organization(self, company: Any) -> Object:
        return {"id": int(company.id), "name": f"Société {company.id}", "employee_count": company.headcount,
                "industry": company.industry, "address": {"country": company.country},
                "update_time": utc(company.modified), "is_deleted": False}  # fmt: skip

    def _lead(self, lead: Any) -> Object:
        at = lead.created.strftime("%Y-%m-%d %H:%M:%S")
        id = str(uuid.UUID(int=int(lead.id)))
        return {
            "id": id,
            "owner_id": int(lead.owner),
            "origin": lead.origin,
            "add_time": at,
            "update_time": at,
            "is_archived": False,
        }

    # the server

    async def handle(self, request: Request) -> Reply:
        """One request, through the same doors as Pipedrive's."""
        self.requests += 1
        if request.path == "/oauth/token" and request.method == "POST":
            return self._token(request)
        if request.path == "/oauth/authorize" and request.method == "GET":
            return self.codes.consent(request)
        if self.blocked:
            return Reply(403, text="<html><body>Sorry, you have been blocked</body></html>")
        if not self._signed(request.headers):
            return _problem(401, "unauthorized access")
        return self._limited(request) or self.writes.answer(request) or self._answer(request)

    def _token(self, request: Request) -> Reply:
        self.exchanges += 1
        client_id, client_secret, refresh = self.client
        basic = "Basic " + base64.b64encode(f"{client_id}:{client_secret}".encode()).decode()
        form = request.form
        good = form.get("refresh_token") == refresh or (
            form.get("grant_type") == "authorization_code" and self.codes.redeem(form, client_id)
        )
        if request.headers.get("authorization") != basic or not good:
            return Reply(400, {"success": False, "message": "Invalid refresh token", "error": "invalid_grant"})
        token = secrets.token_hex(20)
        self.short_tokens[token] = self.clock() + dt.timedelta(seconds=self.token_lasts_s)
        return Reply(
            200,
            {"access_token": token, "refresh_token": refresh, "expires_in": self.token_lasts_s, "token_type": "Bearer"},
        )

    def _signed(self, headers: Mapping[str, str]) -> bool:
        expires = self.short_tokens.get(headers.get("authorization", "").removeprefix("Bearer "))
        return headers.get("x-api-token") == self.token or (expires is not None and self.clock() < expires)

    def _limited(self, request: Request) -> Reply | None:
        passes = self.burst.passes()
        seen = {
            "x-ratelimit-limit": str(self.burst.limit),
            "x-ratelimit-remaining": str(self.burst.remaining),
            "x-ratelimit-reset": "2",
        }
        if not passes:
            self._impatience += 1
            self.blocked = self._impatience >= PATIENCE
            return Reply(429, {"success": False, "error": "request over limit"}, seen)
        self._impatience = 0
        cost = COSTS.get(request.path, 0)
        if cost > self.tokens_left:
            return Reply(
                429, {"success": False, "error": "daily budget exceeded"}, {**seen, "x-ratelimit-remaining": "19"}
            )
        self.tokens_left -= cost
        self.tokens_spent += cost
        return None

    def _answer(self, request: Request) -> Reply:
        path = request.path
        if SCOPE.get(path) in self.missing_scopes:
            return _problem(403, "Scope and URL mismatch")
        if request.method != "GET" or path not in COSTS:
            return _problem(404, "Not found")
        if path.startswith("/v1/"):
            return self._v1(request)
        archived = path == "/api/v2/deals/archived"
        wanted = request.query.get("status")

        def shown(deal: Object) -> bool:
            """Archived ones apart; deleted ones only when they are asked for."""
            status = deal["status"] == wanted if wanted else deal["status"] != "deleted"
            return status and deal["is_archived"] == archived

        tables: Mapping[str, Mapping[int, Object]] = {
            "/api/v2/deals": self.deals,
            "/api/v2/deals/archived": self.deals,
            "/api/v2/activities": self.activities,
            "/api/v2/organizations": self.organizations,
            "/api/v2/pipelines": self.pipelines,
            "/api/v2/stages": self.stages,
        }
        return self._v2(request, tables[path], shown if path.startswith("/api/v2/deals") else lambda one: True)

    def _v2(self, request: Request, table: Mapping[int, Object], shown: Callable[[Object], bool]) -> Reply:
        query = request.query
        limit = int(query.get("limit", 100))
        if not 1 <= limit <= 500:
            return _problem(400, "limit must be from 1 to 500")
        since, until = query.get("updated_since", ""), query.get("updated_until", "9999")
        after = 0
        if "cursor" in query:
            try:
                after = int(base64.urlsafe_b64decode(query["cursor"]).decode().split("|")[1])
            except (ValueError, IndexError):
                return _problem(400, "Invalid cursor")
        rows = (table[id] for id in self.ids.after(table, after))
        found = (one for one in rows if since <= one.get("update_time", "") < until and shown(one))
        rest = list(itertools.islice(found, limit + 1))
        more = len(rest) > limit
        cursor = base64.urlsafe_b64encode(f"id|{rest[limit - 1]['id']}".encode()).decode() if more else None
        return Reply(data={"success": True, "data": rest[:limit], "additional_data": {"next_cursor": cursor}})

    def _v1(self, request: Request) -> Reply:
        account = self.team.account
        people = [{"id": int(one.id), "name": one.label, "active_flag": one.active} for one in self.team.owners]
        types = [{"id": 1, "key_string": "call", "name": "Appel", "active_flag": True},
                 {"id": 2, "key_string": "meeting", "name": "Réunion", "active_flag": True},
                 {"id": 3, "key_string": "rdv_qualifie", "name": "RDV qualifié", "active_flag": True},
                 {"id": 4, "key_string": "lunch", "name": "Déjeuner", "active_flag": False},
                 {"id": 5, "key_string": "linkedin_envoye", "name": "LinkedIn envoyé", "active_flag": True},
                 {"id": 6, "key_string": "linkedin_reponse", "name": "LinkedIn répondu", "active_flag": True}]  # fmt: skip
        me = {"id": 1, "company_id": int(account.id), "company_name": account.name, "timezone_name": account.time_zone,
              "default_currency": account.currency, "company_domain": "fake"}  # fmt: skip
        found = {"/v1/users": people, "/v1/users/me": me, "/v1/activityTypes": types}.get(request.path)
        if found is not None:
            return Reply(data={"success": True, "data": found})
        start, limit = int(request.query.get("start", 0)), min(500, int(request.query.get("limit", 100)))
        rows = [one for one in self.leads if one["is_archived"] == request.path.endswith("archived")]
        more = start + limit < len(rows)
        told = {
            "start": start,
            "limit": limit,
            "more_items_in_collection": more,
            "next_start": start + limit if more else None,
        }
        page = rows[start : start + limit] or None
        return Reply(data={"success": True, "data": page, "additional_data": {"pagination": told}})


def _problem(status: int, error: str) -> Reply:
    return Reply(status, {"success": False, "error": error, "errorCode": status})
