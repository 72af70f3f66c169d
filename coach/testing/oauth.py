"""The consent page of a fake CRM, which always agrees: codes that serve once, with PKCE where the CRM has it."""

import base64
import hashlib
import secrets
import urllib.parse
from collections.abc import Mapping

from coach.testing.serving import Reply, Request


class Codes:
    """Codes given out, and what each was given for."""

    def __init__(self) -> None:
        self._given: dict[str, dict[str, str]] = {}

    def consent(self, request: Request) -> Reply:
        """Send the person back with a code, as after a click on the CRM's own page."""
        asked = dict(request.query)
        back, code = asked.get("redirect_uri", ""), secrets.token_urlsafe(24)
        if not back.startswith(("http://127.0.0.1:", "http://localhost:", "https://")):
            return Reply(400, {"message": "redirect_uri is missing"})
        self._given[code] = asked
        query = urllib.parse.urlencode({"code": code, "state": asked.get("state", "")})
        return Reply(302, {}, {"location": f"{back}?{query}"})

    def redeem(self, form: Mapping[str, str], client_id: str) -> bool:
        """Whether the code was given to this client for this address, with this verifier, and not used before."""
        asked = self._given.pop(form.get("code", ""), None)
        if asked is None or asked.get("client_id") != client_id or asked["redirect_uri"] != form.get("redirect_uri"):
            return False
        challenge = asked.get("code_challenge")
        return challenge is None or challenge == challenge_of(form.get("code_verifier", ""))


def challenge_of(verifier: str) -> str:
    """PKCE's S256."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
