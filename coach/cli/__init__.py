"""Commands. Heavy imports stay inside the functions: ``coach --help`` answers under 0.3 s."""

from coach.cli.app import main

__all__ = ["main"]
