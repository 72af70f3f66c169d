"""A fake HubSpot that holds its state and its limits: what breaks a real synchronisation breaks here too.

It enforces: bearer tokens and their expiry, scopes, 5 searches a second and N calls in any 10 with HubSpot's own 429
bodies, a daily quota, pages of 100 and 200, cursors that end, no more than 10,000 search results, bodies of at most 3,000
characters, 6 filters a group, deleted records in lists only, and properties given only when asked.
"""

import datetime as dt
import itertools
import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from coach.plugins.builtin.team import Team
from coach.plugins.connector import Clock, now
from coach.testing.hubspot_writes import TIMES, Writes
from coach.testing.oauth import Codes
from coach.testing.serving import Ordered, Reply, Request, Rolling, asgi

VERSIONS = ("2026-03", "2026-09")
CONNECTED, NO_ANSWER = "f240bbac-87c9-4f6e-bf70-924b57d47db7", "73a0d17f-1163-4015-bdd5-ec830791da20"
SEARCH_CAP, BODY_CAP = 10_000, 3_000
SCOPE = {"deals": "deals", "meetings": "contacts", "calls": "contacts", "contacts": "contacts", "companies": "companies",
         "quotes": "quotes", "leads": "leads", "feedback_submissions": "feedback_submissions"}  # fmt: skip
TYPE_IDS = {"0-1": "contacts", "0-2": "companies", "0-3": "deals", "0-14": "quotes", "0-27": "tasks", "0-47": "meetings",
            "0-48": "calls", "0-74": "goal_targets", "0-136": "leads"}  # fmt: skip
Object = dict[str, Any]


def iso(at: dt.datetime | None) -> str | None:
    """As HubSpot writes a time."""
    return None if at is None else at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


class FakeHubSpot:
    """One account, filled from a team. ``objects[kind][id]`` are its raw records, to be looked at or changed by tests."""

    def __init__(
        self, team: Team, *, token: str = "pat-eu1-fake", clock: Clock = now, calls_per_10_s: int = 100
    ) -> None:
        self.team, self.clock, self.token = team, clock, token
        self.searches, self.calls = Rolling(5, 1.0), Rolling(calls_per_10_s, 10.0)
        self.daily_left: int | None = None
        self.missing_scopes: set[str] = set()
        self.client = ("client", "secret", "refresh-fake")
        self.short_tokens: dict[str, dt.datetime] = {}
        self.token_lasts_s = 1_800
        self.rotates = False
        self.requests = self.exchanges = 0
        self.ids = Ordered()
        self.codes, self.writes = Codes(), Writes(self)
        self.objects: dict[str, dict[str, Object]] = {kind: {} for kind in SCOPE}
        self.links: dict[tuple[str, str], dict[str, list[str]]] = {}
        self._fill()
        self.app = asgi(self.handle)

    # what tests change

    def change(self, kind: str, id: str, **properties: Any) -> None:
        """Set properties, as a person would on the screen."""
        found = self.objects[kind][id]
        found["properties"].update(properties)
        self._touch(found)

    def delete(self, kind: str, id: str) -> None:
        """Put a record in the recycling bin."""
        found = self.objects[kind][id]
        found.update(archived=True, archivedAt=iso(self.clock()))

    def merge(self, kind: str, kept: str, gone: str) -> None:
        """Merge two records: one swallows the other."""
        self.change(kind, kept, hs_merged_object_ids=gone)
        del self.objects[kind][gone]

    def add(self, kind: str, id: str, properties: Mapping[str, Any], at: dt.datetime | None = None) -> None:
        """A new record, last changed ``at``."""
        stamp = iso(at or self.clock())
        full = {"createdate": stamp, **properties, "hs_object_id": id, "hs_lastmodifieddate": stamp}
        self.objects[kind][id] = {
            "id": id,
            "properties": full,
            "createdAt": stamp,
            "updatedAt": stamp,
            "archived": False,
        }

    def link(self, kind: str, id: str, target: str, *ids: str) -> None:
        """Associate; the other way round too."""
        self.links.setdefault((kind, target), {}).setdefault(id, []).extend(ids)

    def _touch(self, found: Object) -> None:
        stamp = iso(self.clock())
        found["updatedAt"] = stamp
        found["properties"]["hs_lastmodifieddate"] = stamp

    # the account's content

    def _fill(self) -> None:
        for company in self.team.companies:
            size = None if company.headcount is None else str(company.headcount)
            got = {"industry": company.industry, "numberofemployees": size, "country": company.country}
            self.add("companies", company.id, got, company.modified)
        for deal in self.team.deals:
            self._fill_deal(deal)
        for activity in self.team.activities:
            self._fill_activity(activity)
        for quote in self.team.quotes:
            got = {"hs_status": "APPROVED", "hs_createdate": iso(quote.published), "hs_quote_amount": _text(quote.amount),
                   "hs_currency": quote.currency, "hubspot_owner_id": quote.owner}  # fmt: skip
            self.add("quotes", quote.id, got, quote.modified)
            self.link("quotes", quote.id, "deals", *filter(None, [quote.deal]))
        for survey in self.team.surveys:
            got = {"hs_survey_type": "NPS", "hs_value": str(survey.score), "hs_submission_timestamp": iso(survey.at)}
            self.add("feedback_submissions", survey.id, got, survey.modified)
            self.link("feedback_submissions", survey.id, "companies", *filter(None, [survey.company]))
        for lead in self.team.leads:
            got = {"hs_createdate": iso(lead.created), "hs_lead_source": lead.origin, "hubspot_owner_id": lead.owner}
            self.add("leads", lead.id, got, lead.modified)

    def _fill_deal(self, deal: Any) -> None:
        closing = deal.closed or (dt.datetime.combine(deal.expected, dt.time(), dt.UTC) if deal.expected else None)
        got = {
            "amount": _text(deal.amount), "amount_in_home_currency": _text(deal.amount_home), "deal_currency_code": deal.currency,
            "pipeline": deal.pipeline, "dealstage": deal.stage, "closedate": iso(closing), "createdate": iso(deal.created),
            "hs_is_closed": str(deal.status != "open").lower(), "hs_is_closed_won": str(deal.status == "won").lower(),
            "hubspot_owner_id": deal.owner, "dealname": f"Affaire {deal.id}", "marge": _text(deal.margin),
        }  # fmt: skip
        got |= {f"hs_v2_date_entered_{entered.stage}": iso(entered.at) for entered in deal.entered}
        self.add("deals", deal.id, got, deal.modified)
        self.link("deals", deal.id, "companies", *filter(None, [deal.company]))

    def _fill_activity(self, activity: Any) -> None:
        if activity.kind == "meeting":
            end = activity.at + dt.timedelta(seconds=activity.duration_s)
            got = {"hs_meeting_start_time": iso(activity.at), "hs_meeting_end_time": iso(end), "hs_timestamp": iso(activity.at),
                   "hs_meeting_outcome": activity.outcome_raw, "hs_activity_type": activity.type}  # fmt: skip
            kind = "meetings"
        else:
            got = {"hs_timestamp": iso(activity.at), "hs_call_direction": "INBOUND" if activity.direction == "in" else "OUTBOUND",
                   "hs_call_disposition": CONNECTED if activity.outcome == "connected" else NO_ANSWER,
                   "hs_call_duration": str(round(activity.duration_s * 1000)), "hs_activity_type": activity.type}  # fmt: skip
            kind = "calls"
        self.add(kind, activity.id, {**got, "hubspot_owner_id": activity.owner}, activity.modified)
        self.link(kind, activity.id, "deals", *activity.deals)
        self.link(kind, activity.id, "companies", *filter(None, [activity.company]))

    # the server

    async def handle(self, request: Request) -> Reply:
        """One request, through the same doors as HubSpot's."""
        self.requests += 1
        request = _named(request)
        if request.path in {f"/oauth/{version}/token" for version in VERSIONS} and request.method == "POST":
            return self._token(request.form)
        if request.path == "/oauth/authorize" and request.method == "GET":
            return self.codes.consent(request)
        if not self._signed(request.headers.get("authorization", "")):
            return _problem(401, "INVALID_AUTHENTICATION", "Authentication credentials not found.")
        return self._limited(request) or self.writes.answer(request) or self._answer(request)

    def _token(self, form: Mapping[str, str]) -> Reply:
        self.exchanges += 1
        own = (form.get("client_id"), form.get("client_secret")) == self.client[:2]
        kind = form.get("grant_type")
        good = (kind == "refresh_token" and form.get("refresh_token") == self.client[2]) or (
            kind == "authorization_code" and self.codes.redeem(form, self.client[0])
        )
        if not (own and good):
            return Reply(
                400,
                {
                    "error": "invalid_grant",
                    "status": "BAD_REFRESH_TOKEN",
                    "message": "missing or invalid refresh token",
                },
            )
        token = secrets.token_urlsafe(200)
        if self.rotates:
            self.client = (*self.client[:2], secrets.token_urlsafe(24))
        self.short_tokens[token] = self.clock() + dt.timedelta(seconds=self.token_lasts_s)
        return Reply(
            200,
            {
                "access_token": token,
                "refresh_token": self.client[2],
                "expires_in": self.token_lasts_s,
                "token_type": "bearer",
            },
        )

    def _signed(self, header: str) -> bool:
        token = header.removeprefix("Bearer ")
        expires = self.short_tokens.get(token)
        return token == self.token or (expires is not None and self.clock() < expires)

    def _limited(self, request: Request) -> Reply | None:
        if self.daily_left is not None:
            if self.daily_left <= 0:
                return _limit("DAILY", "You have reached your daily limit.")
            self.daily_left -= 1
        if not self.calls.passes():
            return _limit("TEN_SECONDLY_ROLLING", "You have reached your ten_secondly_rolling limit.")
        if request.path.endswith("/search") and not self.searches.passes():
            return _limit("SECONDLY", "You have reached your secondly limit.")
        return None

    def _answer(self, request: Request) -> Reply:
        parts = request.path.strip("/").split("/")
        routes: dict[tuple[str, ...], Callable[..., Reply]] = {
            ("GET", "account-info"): self._details,
            ("GET", "crm", "owners"): self._owners,
            ("GET", "crm", "pipelines"): self._pipelines,
            ("GET", "crm", "properties"): self._properties,
            ("GET", "crm", "objects"): self._list,
            ("POST", "crm", "objects", "search"): self._search,
            ("POST", "crm", "objects", "batch", "read"): self._batch,
            ("POST", "crm", "associations", "batch", "read"): self._associations,
        }
        versions = [part for part in parts if part in VERSIONS]
        kinds = [part for part in parts if part in SCOPE]
        for route, handler in routes.items():
            rest = [part for part in parts if part not in versions and part not in kinds]
            if (
                len(versions) == 1
                and route[0] == request.method
                and tuple(rest) in {route[1:], (*route[1:], "details")}
            ):
                if any(SCOPE[kind] in self.missing_scopes for kind in kinds):
                    return _problem(403, "MISSING_SCOPES", "This app hasn't been granted all required scopes.")
                return handler(request, *kinds)
        return _problem(404, "OBJECT_NOT_FOUND", "Resource not found.")

    def _details(self, request: Request) -> Reply:
        account = self.team.account
        return Reply(data={"portalId": int(account.id), "timeZone": account.time_zone, "companyCurrency": account.currency,
                           "additionalCurrencies": ["USD", "GBP"],
                           "accountType": "STANDARD", "dataHostingLocation": "eu1"})  # fmt: skip

    @property
    def _stamps(self) -> dict[str, str | None]:
        """Every object of HubSpot's says since when it is there."""
        return {"createdAt": iso(self.team.end), "updatedAt": iso(self.team.end)}

    def _owners(self, request: Request) -> Reply:
        archived = request.query.get("archived") == "true"
        found = [
            {
                "id": one.id,
                "userId": int(one.id) + 5_000,
                "firstName": one.label,
                "lastName": "",
                "archived": archived,
                "type": "PERSON",
                "teams": [{"id": name, "name": name, "primary": True} for name in one.teams],
                **self._stamps,
            }
            for one in self.team.owners
            if one.active != archived
        ]
        return self._page(request, found, 100)

    def _pipelines(self, request: Request, kind: str) -> Reply:
        found = []
        for pipeline in self.team.pipelines:
            stages = [{"id": s.id, "label": s.label, "displayOrder": s.order, "archived": False, **self._stamps,
                       "writePermissions": "CRM_PERMISSIONS_ENFORCEMENT",
                       "metadata": {"isClosed": str(s.closed).lower(), "probability": str(s.probability)}}
                      for s in pipeline.stages]  # fmt: skip
            found.append(
                {
                    "id": pipeline.id,
                    "label": pipeline.label,
                    "displayOrder": 0,
                    "archived": False,
                    "stages": stages,
                    **self._stamps,
                }
            )
        return Reply(data={"results": found})

    def _properties(self, request: Request, kind: str) -> Reply:
        names = dict.fromkeys(name for one in self.objects[kind].values() for name in one["properties"])
        options = {
            "hs_call_disposition": [
                {"value": CONNECTED, "label": "Connected"},
                {"value": NO_ANSWER, "label": "No answer"},
            ],
            "hs_activity_type": [
                {"value": "meeting", "label": "Réunion"},
                {"value": "rdv_qualifie", "label": "RDV qualifié"},
            ],
        }
        return Reply(
            data={"results": [{"name": name, "type": "string", "options": options.get(name, [])} for name in names]}
        )

    def _shown(self, one: Object, properties: Any) -> Object:
        """Only what was asked, as there; the id, and no more, for a record in the bin."""
        names = ("hs_object_id", "hs_lastmodifieddate", "createdate", *properties)
        return {**one, "properties": {name: one["properties"].get(name) for name in names}}

    def _list(self, request: Request, kind: str) -> Reply:
        archived = request.query.get("archived") == "true"
        limit, after = int(request.query.get("limit", 10)), int(request.query.get("after", 0))
        properties = [*filter(None, request.query.get("properties", "").split(","))]
        found = (
            one
            for id in self.ids.after(self.objects[kind], after)
            if (one := self.objects[kind][id])["archived"] == archived
        )
        shown = [self._shown(one, properties) for one in itertools.islice(found, limit + 1)]
        for target in filter(None, request.query.get("associations", "").split(",")):
            for one in shown:
                ids = self.links.get((kind, target), {}).get(one["id"], [])
                if ids:
                    listed = [{"id": id, "type": "labelled"} for id in ids]
                    one["associations"] = {**one.get("associations", {}), target: {"results": listed}}
        return self._page(request, shown, 100)

    def _page(self, request: Request, found: list[Object], most: int) -> Reply:
        limit = int(request.query.get("limit", 10))
        if not 1 <= limit <= most:
            return _problem(400, "VALIDATION_ERROR", f"limit must be between 1 and {most}")
        after = int(request.query.get("after", 0))
        rest = [one for one in found if int(one["id"]) > after]
        data: Object = {"results": rest[:limit]}
        if len(rest) > limit:
            data["paging"] = {"next": {"after": rest[limit - 1]["id"], "link": "?after=…"}}
        return Reply(data=data)

    def _search(self, request: Request, kind: str) -> Reply:
        body = request.data
        if len(request.body.decode()) > BODY_CAP:
            return _problem(400, "VALIDATION_ERROR", "The request body is too long.")
        groups = body.get("filterGroups", [])
        if len(groups) > 5 or any(len(group["filters"]) > 6 for group in groups) or len(body.get("sorts", [])) > 1:
            return _problem(400, "VALIDATION_ERROR", "Too many filters or sorts.")
        limit, after = int(body.get("limit", 10)), int(body.get("after", 0))
        if limit > 200 or after + limit > SEARCH_CAP:
            return _problem(400, "VALIDATION_ERROR", "The limit is 200 a page and 10,000 in all.")
        found = [one for one in self.objects[kind].values() if not one["archived"] and _matches(one, groups)]
        for sort in body.get("sorts", []):
            found.sort(
                key=lambda one: _comparable(one, sort["propertyName"]), reverse=sort["direction"] == "DESCENDING"
            )
        data: Object = {
            "total": len(found),
            "results": [self._shown(one, body["properties"]) for one in found[after : after + limit]],
        }
        if after + limit < len(found):
            data["paging"] = {"next": {"after": str(after + limit)}}
        return Reply(data=data)

    def _batch(self, request: Request, kind: str) -> Reply:
        ids = [one["id"] for one in request.data["inputs"]]
        if len(ids) > 100:
            return _problem(400, "VALIDATION_ERROR", "At most 100 inputs.")
        found = [
            self.objects[kind][id] for id in ids if id in self.objects[kind] and not self.objects[kind][id]["archived"]
        ]
        return Reply(
            200 if len(found) == len(ids) else 207,
            {"status": "COMPLETE", **TIMES, "results": [self._shown(one, request.data["properties"]) for one in found]},
        )

    def _associations(self, request: Request, kind: str, target: str) -> Reply:
        ids = [one["id"] for one in request.data["inputs"]]
        if len(ids) > 1_000:
            return _problem(400, "VALIDATION_ERROR", "At most 1,000 inputs.")
        links = self.links.get((kind, target), {})
        found = [
            {"from": {"id": id}, "to": [{"toObjectId": int(to), "associationTypes": []} for to in links[id]]}
            for id in ids
            if links.get(id)
        ]
        return Reply(data={"status": "COMPLETE", **TIMES, "results": found})


def _named(request: Request) -> Request:
    """An object may be asked for by its type's number as well as by its name."""
    parts = [TYPE_IDS.get(part, part) for part in request.path.split("/")]
    return replace(request, path="/".join(parts))


def _text(value: Any) -> str | None:
    return None if value is None else f"{value}"


def _comparable(one: Object, name: str) -> float:
    value = one["id"] if name == "hs_object_id" else one["properties"].get(name)
    if value is None:
        return float("-inf")
    try:
        return float(value)
    except ValueError:
        return dt.datetime.fromisoformat(value).timestamp() * 1000


def _matches(one: Object, groups: list[Object]) -> bool:
    tests = {"GTE": float.__ge__, "LT": float.__lt__, "GT": float.__gt__, "LTE": float.__le__, "EQ": float.__eq__}
    return not groups or any(
        all(tests[f["operator"]](_comparable(one, f["propertyName"]), float(f["value"])) for f in group["filters"])
        for group in groups
    )


def _problem(status: int, category: str, message: str) -> Reply:
    return Reply(
        status, {"status": "error", "message": message, "correlationId": "00000000-fake", "category": category}
    )


def _limit(policy: str, message: str) -> Reply:
    body = {
        "status": "error",
        "message": message,
        "errorType": "RATE_LIMIT",
        "correlationId": "00000000-fake",
        "policyName": policy,
    }
    return Reply(429, body)
