"""Signing in with HubSpot: OAuth 2.0, authorization code with PKCE. Source: developers.hubspot.com, OAuth 2026-03."""

import urllib.parse
from typing import Any

from coach.errors import CrmRefused
from coach.plugins import Ask, Settings
from coach_hubspot import api

AUTHORIZE = "https://app.hubspot.com/oauth/authorize"
SCOPES = (
    "oauth",
    "crm.objects.deals.read",
    "crm.objects.contacts.read",
    "crm.objects.companies.read",
    "crm.objects.owners.read",
)
OPTIONAL_SCOPES = (
    "crm.objects.quotes.read",
    "crm.objects.leads.read",
    "crm.objects.goals.read",
    "crm.objects.goals.write",
    "crm.objects.contacts.write",
)
"""A missing one takes away the indicators that need it, and no others."""

ASKS = (
    Ask(
        name="token",
        label={"fr": "Clé de service (ou jeton d’application privée)", "en": "Service key (or private-app token)"},
        hint={
            "fr": "HubSpot › Développement › Clés › Clés de service. Elle commence par « pat- ».",
            "en": "HubSpot › Development › Keys › Service keys. It starts with “pat-”.",
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
            "fr": "Il sert aussi à vérifier les appels de la carte HubSpot.",
            "en": "It also proves the calls of the HubSpot card.",
        },
        secret=True,
        sign_in=True,
    ),
)


class HubSpotSignIn:
    """The address to send the person to, and the code they come back with for tokens."""

    def address(self, settings: Settings, *, redirect_uri: str, state: str, challenge: str) -> str:
        """HubSpot's consent page."""
        asked = {
            "client_id": str(settings.get("client_id", "")),
            "redirect_uri": redirect_uri,
            "scope": " ".join(SCOPES),
            "optional_scope": " ".join(OPTIONAL_SCOPES),
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        base = f"{api.base_of(settings)}/oauth/authorize" if settings.get("sandbox") else AUTHORIZE
        return f"{base}?{urllib.parse.urlencode(asked, quote_via=urllib.parse.quote)}"

    async def tokens(self, settings: Settings, *, code: str, redirect_uri: str, verifier: str) -> Settings:
        """A refresh token; the access token is asked for when it is needed, and never kept."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        answer: Any = await api.exchange(settings, form)
        refresh = answer.get("refresh_token")
        if not isinstance(refresh, str) or not refresh:
            raise CrmRefused(
                "HubSpot did not take the code.", remedy="Sign in again; a code serves once.", reconnect=True
            )
        return {**settings, "refresh_token": refresh}
