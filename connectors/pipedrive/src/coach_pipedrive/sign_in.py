"""Signing in with Pipedrive: OAuth 2.0, authorization code. Source: pipedrive.readme.io, OAuth authorization."""

import urllib.parse

from coach.errors import BadInput, CrmRefused
from coach.plugins import Ask, Settings
from coach_pipedrive import api

ASKS = (
    Ask(
        name="token",
        label={"fr": "Jeton d’API", "en": "API token"},
        hint={
            "fr": "Pipedrive › Préférences personnelles › API. Il voit ce que voit son utilisateur, et rien de plus.",
            "en": "Pipedrive › Personal preferences › API. It sees what its user sees, and nothing more.",
        },
        secret=True,
    ),
    Ask(
        name="client_id",
        label={"fr": "Identifiant client de votre application", "en": "Your app’s client ID"},
        sign_in=True,
    ),
    Ask(
        name="client_secret",
        label={"fr": "Secret client de votre application", "en": "Your app’s client secret"},
        hint={
            "fr": "Il sert aussi à vérifier les appels du panneau Pipedrive.",
            "en": "It also proves the calls of the Pipedrive panel.",
        },
        secret=True,
        sign_in=True,
    ),
)


class PipedriveSignIn:
    """The scopes are those of the app, chosen in Pipedrive's Developer Hub; there is no PKCE."""

    def address(self, settings: Settings, *, redirect_uri: str, state: str, challenge: str) -> str:
        """Pipedrive's consent page."""
        asked = {"client_id": str(settings.get("client_id", "")), "redirect_uri": redirect_uri, "state": state}
        query = urllib.parse.urlencode(asked, quote_via=urllib.parse.quote)
        return f"{api.oauth_of(settings)}/oauth/authorize?{query}"

    async def tokens(self, settings: Settings, *, code: str, redirect_uri: str, verifier: str) -> Settings:
        """A refresh token, and the company's own address."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        answer = await api.exchange(settings, form)
        refresh, domain = answer.get("refresh_token"), answer.get("api_domain")
        if not isinstance(refresh, str) or not refresh:
            raise CrmRefused(
                "Pipedrive did not take the code.", remedy="Sign in again; a code serves once.", reconnect=True
            )
        kept = {**settings, "refresh_token": refresh}
        if isinstance(domain, str) and not settings.get("sandbox"):
            try:
                kept["base_url"] = api.base_of({"base_url": domain})
            except BadInput:  # not an address of Pipedrive's: the common one serves every company
                kept.pop("base_url", None)
        return kept
