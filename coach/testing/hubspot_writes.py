"""What the fake HubSpot takes: goal targets and tasks, by the writes that coach makes. Reads them back as it kept them."""

from typing import Any

from coach.testing.serving import Reply, Request

KINDS = {"goal_targets": "goals", "tasks": "contacts"}
Object = dict[str, Any]
TIMES = {"startedAt": "2026-01-15T12:00:00.000Z", "completedAt": "2026-01-15T12:00:00.000Z"}
"""Every batch of HubSpot's says when it ran."""


class Writes:
    """``rounds_down`` makes it keep another amount than was sent, as a validation rule of the customer's may."""

    def __init__(self, account: Any) -> None:
        self._account = account
        self.objects: dict[str, dict[str, Object]] = {kind: {} for kind in KINDS}
        self.rounds_down = False
        self.loses_answers = 0
        self.made = 0

    def add(self, kind: str, properties: Object) -> str:
        """One more, as a person would make it on the screen."""
        id = str(900_001 + sum(len(each) for each in self.objects.values()))
        self.objects[kind][id] = {"id": id, "properties": dict(properties), "archived": False}
        return id

    def answer(self, request: Request) -> Reply | None:
        """The reply when the request is about these objects; None when it is not."""
        parts = request.path.strip("/").split("/")
        if parts[:2] != ["crm", "objects"] or len(parts) < 4 or parts[3] not in KINDS:
            return None
        kind, rest = parts[3], parts[4:]
        if KINDS[kind] in self._account.missing_scopes:
            return _problem(403, "MISSING_SCOPES")
        if request.method == "GET":
            return self._read(request, kind, rest)
        if rest == ["search"]:
            return self._search(request, kind)
        return self._write(request, kind, rest)

    def _read(self, request: Request, kind: str, rest: list[str]) -> Reply:
        names = request.query.get("properties", "").split(",")
        if rest:
            found = self.objects[kind].get(rest[0])
            if found is None or found["archived"]:
                return _problem(404, "OBJECT_NOT_FOUND")
            return Reply(data=_shown(found, names))
        limit, after = int(request.query.get("limit", 10)), int(request.query.get("after", 0))
        if not 1 <= limit <= 100:
            return _problem(400, "VALIDATION_ERROR")
        live = [one for one in self.objects[kind].values() if not one["archived"] and int(one["id"]) > after]
        data: Object = {"results": [_shown(one, names) for one in live[:limit]]}
        if len(live) > limit:
            data["paging"] = {"next": {"after": live[limit - 1]["id"]}}
        return Reply(data=data)

    def _search(self, request: Request, kind: str) -> Reply:
        [group] = request.data["filterGroups"]
        found = [one for one in self.objects[kind].values() if not one["archived"] and _passes(one, group["filters"])]
        return Reply(data={"total": len(found), "results": [_shown(one, request.data["properties"]) for one in found]})

    def _write(self, request: Request, kind: str, rest: list[str]) -> Reply:
        if request.method == "PATCH" and rest and rest[0] in self.objects[kind]:
            found = self.objects[kind][rest[0]]
            found["properties"].update(self._kept(request.data["properties"]))
            return Reply(data=_shown(found, found["properties"]))
        if rest == ["batch", "archive"]:
            for one in request.data["inputs"]:
                self.objects[kind][one["id"]]["archived"] = True
            return Reply(204, {})
        if rest not in ([], ["batch", "create"]):
            return _problem(404, "OBJECT_NOT_FOUND")
        inputs = request.data["inputs"] if rest else [request.data]
        if any(self._unknown(kind, one["properties"]) for one in inputs):
            return _problem(400, "VALIDATION_ERROR")
        ids = [self.add(kind, self._kept(one["properties"])) for one in inputs]
        self.made += len(ids)
        if self.loses_answers:
            self.loses_answers -= 1
            return _problem(502, "")
        made = [_shown(self.objects[kind][id], self.objects[kind][id]["properties"]) for id in ids]
        return Reply(201, {"status": "COMPLETE", "results": made, **TIMES} if rest else made[0])

    def _unknown(self, kind: str, properties: Object) -> bool:
        """A goal that says not what it counts would be measured by nothing."""
        return kind == "goal_targets" and not (
            properties.get("hs_template_id") and properties.get("hs_kpi_metric_type")
        )

    def _kept(self, properties: Object) -> Object:
        if self.rounds_down and "hs_target_amount" in properties:
            return {**properties, "hs_target_amount": str(int(float(properties["hs_target_amount"])) - 1)}
        return properties


def _passes(one: Object, filters: list[Object]) -> bool:
    told = one["properties"]
    return all(
        told.get(f["propertyName"]) == f["value"]
        if f["operator"] == "EQ"
        else f["value"].lower() in _tokens(told.get(f["propertyName"]))
        for f in filters
    )


def _tokens(text: Any) -> list[str]:
    return "".join(letter if letter.isalnum() else " " for letter in str(text or "").lower()).split()


def _shown(one: Object, names: Any) -> Object:
    shown = {name: one["properties"].get(name) for name in names if name}
    stamp = "2026-01-15T12:00:00.000Z"
    return {**one, "properties": shown, "createdAt": stamp, "updatedAt": stamp}


def _problem(status: int, category: str) -> Reply:
    return Reply(
        status, {"status": "error", "message": "refused", "correlationId": "00000000-fake", "category": category}
    )
