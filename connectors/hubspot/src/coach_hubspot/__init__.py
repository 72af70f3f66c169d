"""HubSpot for coach."""

from coach.plugins import RegisterConnector, hookimpl
from coach_hubspot.connector import HubSpot


@hookimpl
def register_connectors(register: RegisterConnector) -> None:
    """Offer ``hubspot``."""
    register("hubspot", HubSpot)
