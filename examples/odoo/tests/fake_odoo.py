# ruff: noqa: D101, D102, D103, E501
"""A fake Odoo: the models the connector reads, search_read with domains, keys and rights, JSON-2's own errors."""

import datetime as dt
import operator
from typing import Any

from coach.plugins.builtin.team import Team
from coach.testing import Reply, Request, asgi

TESTS = {"=": operator.eq, "!=": operator.ne, ">": operator.gt, ">=": operator.ge, "<": operator.lt}
Object = dict[str, Any]


def written(at: dt.datetime | None) -> str | bool:
    return at.astimezone(dt.UTC).strftime("%Y-%m-%d %H:%M:%S") if at else False


class FakeOdoo:
    def __init__(self, team: Team, *, key: str = "odoo-key") -> None:
        self.key, self.forbidden, self.most = key, set[str](), 500
        stages = {id: int(id) for one in team.pipelines for id in (stage.id for stage in one.stages) if id.isdigit()}
        won = 90
        self.models: dict[str, list[Object]] = {
            "res.company": [{"id": 1, "name": "Acme", "currency_id": [1, "EUR"], "resource_calendar_id": False}],
            "res.users": [{"id": int(o.id), "name": f"{o.label} X", "active": o.active, "share": False, "sale_team_id": [1, o.teams[0]] if o.teams else False,
                           "write_date": written(team.end)} for o in team.owners],
            "crm.team": [{"id": 1, "name": "Ventes", "active": True, "write_date": written(team.end)}],
            "crm.stage": [{"id": int(s.id), "name": s.label, "sequence": s.order, "is_won": False, "team_id": False}
                          for p in team.pipelines for s in p.stages if s.id.isdigit()]
            + [{"id": won, "name": "Gagné", "sequence": 90, "is_won": True, "team_id": False}],
            "res.partner": [{"id": int(c.id), "is_company": True, "industry_id": [1, c.industry], "country_code": c.country, "active": True,
                             "write_date": written(c.modified)} for c in team.companies],
            "crm.lead": [self._deal(d, stages, won) for d in team.deals]
            + [{"id": 500_000 + int(one.id), "type": "lead", "create_date": written(one.created), "write_date": written(one.modified),
                "user_id": [int(one.owner), "?"] if one.owner else False, "source_id": [1, one.origin], "active": True} for one in team.leads],
            "calendar.event": [{"id": int(a.id), "write_date": written(a.modified), "start": written(a.at),
                                "stop": written(a.at + dt.timedelta(seconds=a.duration_s)), "user_id": [int(a.owner), "?"] if a.owner else False,
                                "opportunity_id": [int(a.deals[0]), "?"] if a.deals else False, "active": True}
                               for a in team.activities if a.kind == "meeting"],
        }  # fmt: skip
        for rows in self.models.values():
            rows.sort(key=lambda row: row["id"])
        self.app = asgi(self.handle)

    def _deal(self, deal: Any, stages: dict[str, int], won: int) -> Object:
        stage = won if deal.status == "won" else stages.get(deal.stage or "", next(iter(stages.values())))
        return {
            "id": int(deal.id), "type": "opportunity", "create_date": written(deal.created), "write_date": written(deal.modified),
            "date_closed": written(deal.closed), "date_deadline": deal.expected.isoformat() if deal.expected else False,
            "date_last_stage_update": written(deal.modified), "expected_revenue": deal.amount_home or deal.amount or 0.0,
            "probability": {"won": 100.0, "lost": 0.0}.get(deal.status, 40.0), "stage_id": [stage, "?"], "team_id": [1, "Ventes"],
            "user_id": [int(deal.owner), "?"] if deal.owner else False, "partner_id": [int(deal.company), "?"] if deal.company else False,
            "won_status": {"won": "won", "lost": "lost"}.get(deal.status, "pending"), "active": deal.status != "lost",
        }  # fmt: skip

    async def handle(self, request: Request) -> Reply:
        parts = request.path.strip("/").split("/")
        if request.headers.get("authorization") != f"bearer {self.key}":
            return Reply(
                401,
                {
                    "name": "werkzeug.exceptions.Unauthorized",
                    "message": "Invalid apikey",
                    "arguments": [],
                    "context": {},
                },
            )
        if parts[:2] != ["json", "2"] or len(parts) != 4 or parts[3] != "search_read" or parts[2] not in self.models:
            return Reply(
                404,
                {"name": "werkzeug.exceptions.NotFound", "message": "no such model", "arguments": [], "context": {}},
            )
        if parts[2] in self.forbidden:
            return Reply(
                403, {"name": "odoo.exceptions.AccessError", "message": "not allowed", "arguments": [], "context": {}}
            )
        asked = request.data
        rows = [row for row in self.models[parts[2]] if all(_passes(row, *term) for term in asked["domain"])]
        shown = (
            rows
            if not asked.get("context", {}).get("active_test", True)
            else [row for row in rows if row.get("active", True)]
        )
        fields = ("id", *asked["fields"])
        return Reply(data=[{name: row[name] for name in fields} for row in shown[: min(asked["limit"], self.most)]])


def _passes(row: Object, name: str, test: str, value: Any) -> bool:
    held = row[name][0] if isinstance(row[name], list) else row[name]
    return TESTS[test](held, value)
