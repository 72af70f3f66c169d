"""The line, pure: no clock, file, network, environment, randomness or logging. Start at ``coach/flow.py``."""
