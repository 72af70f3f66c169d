"""Pipedrive for coach."""

from coach.plugins import RegisterConnector, hookimpl
from coach_pipedrive.connector import Pipedrive


@hookimpl
def register_connectors(register: RegisterConnector) -> None:
    """Offer ``pipedrive``."""
    register("pipedrive", Pipedrive)
