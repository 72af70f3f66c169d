"""Past figures from a file: CSV as Excel, French or English, writes it, and XLSX."""

from coach.plugins.builtin.csv.source import CsvFile
from coach.plugins.hookspecs import RegisterConnector, hookimpl


@hookimpl
def register_connectors(register: RegisterConnector) -> None:
    """Offer ``csv``."""
    register("csv", CsvFile)
