"""Step 1: what the text says, with the words it was read from.

``language`` → ``periods`` (dates, horizons, cadences) → ``quantities`` (figures and units) → ``components`` (metric, change,
segment…) → ``kind`` (is it a goal at all?). :func:`extract` runs them in that order.
"""

from coach.core.facts.reading import extract

__all__ = ["extract"]
