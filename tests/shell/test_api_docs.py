"""docs/api.md says what the API does: each exchange on the page is sent, in its order."""

import re
from pathlib import Path

from coach.api import problems
from coach.api.app import create_app
from coach.core.tracking import Status
from coach.settings import Settings

PAGE = (Path(__file__).parents[2] / "docs/api.md").read_text("utf-8")
EXCHANGE = re.compile(
    r"```http\n(?P<method>\w+) (?P<path>\S+)\n(?P<heads>(?:[\w-]+: [^\n]*\n)*)(?:\n(?P<body>.*?))?```\nAnswers (?P<status>\d+)(?P<located>, with `Location`)?",
    re.DOTALL,
)


NAMES = {
    "conversations": "conversation", "goals": "goal", "check-ins": "check_in", "connections": "connection", "syncs": "sync",
    "remarks": "remark", "links": "link", "outlets": "outlet",
}  # fmt: skip


async def test_every_exchange_of_the_page_goes_as_it_says(api):
    learned: dict[str, str] = {}
    for found in EXCHANGE.finditer(PAGE):
        path, body = found["path"], found["body"] or ""
        for name, value in learned.items():
            path, body = path.replace("{" + name + "}", value), body.replace("{" + name + "}", value)
        heads = dict(line.split(": ", 1) for line in found["heads"].splitlines())
        if found["body"]:
            heads["Content-Type"] = "application/json"
        answer = await api.request(found["method"], f"http://localhost{path}", headers=heads, content=body.encode())
        assert answer.status_code == int(found["status"]), (found[0], answer.text)
        location = answer.headers.get("location", "")
        assert bool(location) == (found["status"] in ("201", "202")), found[0]
        kind, _, id = location.rpartition("/")
        name = NAMES.get(kind.rpartition("/")[2])
        if name and found["located"]:
            learned[name] = id
        if name == "link":
            learned["secret"] = answer.json()["path"].rpartition("/")[2]
    assert set(learned) == {*NAMES.values(), "secret"}


def test_every_address_has_its_exchange():
    shown = {
        (found["method"].lower(), re.sub(r"\{\w+\}", "{}", found["path"].partition("?")[0]))
        for found in EXCHANGE.finditer(PAGE)
    }
    described = create_app(Settings()).openapi()["paths"]
    served = {(method, re.sub(r"\{\w+\}", "{}", path)) for path, item in described.items() for method in item}
    assert shown == served


def test_every_problem_and_status_of_a_goal_is_explained():
    rows = set(re.findall(r"^\| (\d{3}) \|", PAGE, re.MULTILINE))
    assert rows == {str(status) for status in problems.CODES}
    explained = set(re.findall(r"`(\w+)`", "".join(re.findall(r"^\| \d{3} \| ([^|]+)\|", PAGE, re.MULTILINE))))
    assert explained == set(problems.CODES.values())
    statuses = set(re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE))
    assert set(Status.__args__) <= statuses
