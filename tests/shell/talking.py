"""A program that talks to the API: what several test modules say to it."""

import json

WHOLE = "Signer 12 contrats avec des cliniques d'ici fin juin"
VAGUE = "augmenter les ventes"
ABSENT = "01a212bf-3987-7000-9ea4-7c17ff06ee10"  # an identifier of nothing


async def started(api, text=VAGUE) -> dict:
    answer = await api.post("/conversations", json={"text": text})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def adopted(api, text=WHOLE) -> dict:
    answer = await api.post("/goals", json={"text": text})
    assert answer.status_code == 201, answer.text
    return answer.json()


def events(text: str) -> list[tuple[str, dict]]:
    """The server-sent events of a body: name and data."""
    found = []
    for block in text.strip().split("\n\n"):
        lines = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
        if lines:
            found.append((lines["event"], json.loads(lines["data"])))
    return found
