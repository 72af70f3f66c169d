"""Step 6: a target against history and context.

The line: ``labels``, ``history`` (past figures as people write them) → ``forecast``, ``rates``, ``levels`` (what may
come), ``shrink`` (a person steadied by the team) → ``placing`` (a calibration, a target in it) → ``judging`` (a goal
that was read), ``capacity``, ``funnel``, ``whatif`` → ``saying`` (sentences as codes) → ``answer`` (all, for shells).
"""
