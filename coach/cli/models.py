"""``coach models``: the configured models, each tried with real calls."""

import asyncio
import json
from typing import Any

from coach.errors import CallerError, ModelUnavailable


def run(*, try_them: bool, as_json: bool) -> None:
    """Show each configured model and, unless told not to, what one small call to it took.

    Raises:
        CallerError: No model is configured.
        ModelUnavailable: None of them answered.
    """
    from coach.settings import Settings

    settings = Settings.from_environment()
    if not settings.models:
        raise CallerError("No model is configured.", remedy="Set COACH_MODEL; docs/howto/models.md says how.")
    rows = [{"model": name} for name in settings.models]
    if try_them:
        rows = asyncio.run(_tried(settings.models))
    print(json.dumps(rows, ensure_ascii=False) if as_json else "\n".join(map(_line, rows)))
    if try_them and not any(row["works"] for row in rows):
        raise ModelUnavailable("No model answered.", remedy="docs/howto/models.md says what each one needs.")


async def _tried(names: tuple[str, ...]) -> list[dict[str, Any]]:
    from coach.llm import trying

    return [vars(await trying.tried(name)) for name in names]


def _line(row: dict[str, Any]) -> str:
    if "works" not in row:
        return row["model"]
    if not row["works"]:
        return f"{row['model']}  does not answer: {row['why']} ({row['seconds']} s)"
    cost = "price unknown" if row["usd"] is None else f"{row['usd']:.6f} USD"
    first = "does not stream" if row["first_words_s"] is None else f"first words {row['first_words_s']} s"
    return f"{row['model']}  works  {row['seconds']} s  {first}  {row['tokens']} tokens  {cost}"
