"""Odoo CRM for coach."""

from coach.plugins import RegisterConnector, hookimpl
from coach_odoo.connector import Odoo


@hookimpl
def register_connectors(register: RegisterConnector) -> None:
    """Offer ``odoo``."""
    register("odoo", Odoo)
