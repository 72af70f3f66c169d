"""OAuth tokens that renew themselves: fifty calls may expire at once, one renewal answers them all."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from coach.errors import CrmRefused

Exchange = Callable[[], Awaitable[Mapping[str, Any]]]
"""Trades the refresh token for the CRM's answer (``access_token``, ``expires_in`` in seconds)."""

EARLY_S = 60.0


class RenewedToken:
    """A short-lived bearer token and the way to the next one. Neither is ever shown by ``repr``."""

    def __init__(
        self,
        exchange: Exchange,
        clock: Callable[[], float] = time.monotonic,
        *,
        rotate: Callable[[str], None] | None = None,
    ) -> None:
        """``rotate`` is told the new refresh token where the CRM gives one: the next exchange must use it."""
        self._exchange, self._clock, self._rotate = exchange, clock, rotate
        self.rotated: str | None = None
        self._token = ""
        self._expires = 0.0
        self._lock = asyncio.Lock()
        self.renewals = 0

    async def headers(self) -> Mapping[str, str]:
        """The header, renewed a minute before it expires."""
        async with self._lock:
            if self._clock() >= self._expires - EARLY_S:
                await self._renew()
            return self._header()

    async def renew(self, refused: Mapping[str, str]) -> bool:
        """One renewal for all who were refused with the same token."""
        async with self._lock:
            if self._header() == refused:
                await self._renew()
            return True

    def _header(self) -> Mapping[str, str]:
        return {"Authorization": f"Bearer {self._token}"}

    async def _renew(self) -> None:
        answer = await self._exchange()
        token, lasts = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token.isascii() or not token or not isinstance(lasts, int | float):
            raise CrmRefused("The CRM gave no new token.", remedy="Reconnect the CRM.", reconnect=True)
        self._token, self._expires = token, self._clock() + lasts
        self.renewals += 1
        following = answer.get("refresh_token")
        if self._rotate is not None and isinstance(following, str) and following:
            self._rotate(following)
            self.rotated = following
