"""Step 1: what the text says, with the words it was read from.

``language`` → ``periods`` (dates, horizons, cadences) → ``quantities`` (figures and units) → ``components`` (metric, change,
segment…) → ``kind`` (is it a goal at all?). :func:`coach.core.facts.reading.extract` runs them in that order.
"""
