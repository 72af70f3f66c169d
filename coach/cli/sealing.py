"""``coach secrets``: make a key, and seal every credential under it."""

import asyncio

from coach import service
from coach.service import connections
from coach.settings import Settings
from coach.store import vault


def new_key() -> None:
    """Print a fresh key."""
    print(vault.new_key())


def rotate() -> None:
    """Turn the key of the file, where one is used; seal anew; forget the old key once nothing needs it."""
    settings = Settings.from_environment()
    from_file = not settings.secret_key.get_secret_value()
    if from_file:
        vault.turn_key(settings.home)
    turned = asyncio.run(_reseal(settings))
    if from_file:
        vault.keep_first_key(settings.home)
    print(f"{turned} connections sealed anew.")


async def _reseal(settings: Settings) -> int:
    async with service.opened(settings) as coach:
        return await connections.reseal(coach)
