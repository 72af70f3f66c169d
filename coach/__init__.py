"""coach: from a sales manager's ambition to a SMART goal whose every figure has a source."""

__version__ = "0.1.0"
