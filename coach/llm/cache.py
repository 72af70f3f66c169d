"""Answers kept by what was asked: the same call, word for word, is not paid twice."""

import hashlib
import json
from collections import OrderedDict
from dataclasses import dataclass, field

from coach.llm.provider import Answer, Call


@dataclass
class Cache:
    """Of this process; the least recently used answer goes first."""

    most: int = 500
    _kept: OrderedDict[str, Answer] = field(default_factory=OrderedDict)

    def get(self, call: Call) -> Answer | None:
        """The answer to exactly this call, costing nothing."""
        kept = self._kept.get(address(call))
        if kept is not None:
            self._kept.move_to_end(address(call))
            return Answer(text=kept.text, model=kept.model, tokens=0, cost=0.0)
        return None

    def put(self, call: Call, answer: Answer) -> None:
        """Keep an answer that turned out to be one."""
        self._kept[address(call)] = answer
        while len(self._kept) > self.most:
            self._kept.popitem(last=False)


def address(call: Call) -> str:
    """What names a call: everything that shapes its answer, and not how long one waits for it."""
    schema = call.schema.model_json_schema() if call.schema else None
    asked = [call.model, [dict(message) for message in call.messages], schema, call.max_tokens]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()
