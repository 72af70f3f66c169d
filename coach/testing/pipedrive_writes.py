"""What the fake Pipedrive takes: goals of version 1 and activities of version 2. Reads them back as it kept them."""

import secrets
from typing import Any

from coach.testing.serving import Reply, Request

Object = dict[str, Any]
TYPES = {
    "deals_won",
    "deals_progressed",
    "activities_completed",
    "activities_added",
    "deals_started",
    "revenue_forecast",
}
NEEDED = {"type", "assignee", "expected_outcome", "duration", "interval"}
CURRENCIES = {"EUR": 6, "USD": 1, "GBP": 2, "CHF": 9}


class Writes:
    """``rounds_down`` makes it keep another target than was sent; ``loses_answers`` so many answers go astray."""

    def __init__(self, account: Any) -> None:
        self._account = account
        self.goals: dict[str, Object] = {}
        self.rounds_down = False
        self.loses_answers = 0
        self.made = 0

    def answer(self, request: Request) -> Reply | None:
        """The reply when the request is about goals, currencies or single activities; None when it is not."""
        path, method = request.path, request.method
        if path == "/v1/currencies" and method == "GET":
            return _good([{"id": id, "code": code, "active_flag": True} for code, id in CURRENCIES.items()])
        if path.startswith("/v1/goals"):
            if "goals:full" in self._account.missing_scopes:
                return _problem(403, "Scope and URL mismatch")
            return self._goal(request)
        if path.startswith("/api/v2/activities") and (method != "GET" or path.count("/") == 4):
            return self._activity(request)
        return None

    # goals

    def _goal(self, request: Request) -> Reply:
        rest = request.path.removeprefix("/v1/goals").strip("/")
        if request.method == "GET" and rest == "find":
            return _good({"goals": self._found(request)})
        if request.method == "POST" and not rest:
            body = request.data
            if set(body) < NEEDED or body["type"]["name"] not in TYPES or not _outcome_stands(body["expected_outcome"]):
                return _problem(400, "Bad request")
            id = secrets.token_hex(16)
            self.goals[id] = {"id": id, "owner_id": 1, "is_active": True, "report_ids": [], **self._kept(body)}
            self.made += 1
            return self._lost() or _good({"goal": self.goals[id]}, 201)
        if rest not in self.goals:
            return _problem(404, "Goal not found")
        if request.method == "PUT":
            self.goals[rest].update(self._kept(request.data))
            return _good({"goal": self.goals[rest]})
        if request.method == "DELETE":
            del self.goals[rest]
            return _good(True)
        return _problem(404, "Not found")

    def _found(self, request: Request) -> list[Object]:
        """Without a filter, only one's own."""
        name = request.query.get("type.name")
        return [one for one in self.goals.values() if (one["type"]["name"] == name if name else one["owner_id"] == 1)]

    def _kept(self, body: Object) -> Object:
        if not self.rounds_down:
            return body
        outcome = {**body["expected_outcome"], "target": body["expected_outcome"]["target"] - 1}
        return {**body, "expected_outcome": outcome}

    # activities

    def _activity(self, request: Request) -> Reply:
        rest = request.path.removeprefix("/api/v2/activities").strip("/")
        activities = self._account.activities
        if request.method == "POST" and not rest:
            id = max(activities, default=0) + 1
            stamp = self._account.clock().strftime("%Y-%m-%dT%H:%M:%SZ")
            plain: Object = {"id": id, "done": False, "is_deleted": False, "add_time": stamp, "update_time": stamp,
                             "deal_id": None, "org_id": None, "person_id": None, "lead_id": None, "owner_id": 1}  # fmt: skip
            activities[id] = {**plain, **request.data}
            self.made += 1
            return self._lost() or _good(activities[id], 201)
        if not rest.isdigit() or int(rest) not in activities:
            return _problem(404, "Activity not found")
        if request.method == "PATCH":
            activities[int(rest)].update(request.data)
        return _good(activities[int(rest)])

    def _lost(self) -> Reply | None:
        if not self.loses_answers:
            return None
        self.loses_answers -= 1
        return Reply(502, text="<html>Bad gateway</html>")


def _outcome_stands(outcome: Object) -> bool:
    return outcome["tracking_metric"] == "quantity" or (
        outcome["tracking_metric"] == "sum" and "currency_id" in outcome
    )


def _good(data: Any, status: int = 200) -> Reply:
    return Reply(status, {"success": True, "data": data})


def _problem(status: int, error: str) -> Reply:
    return Reply(status, {"success": False, "error": error, "errorCode": status})
