"""Offline evals: what is measured of the reading, the dialogue, the drafts and their safety, and the gates it must pass.

``cases`` what is played · ``people`` who plays it · ``subjects`` what is judged · ``scorers`` pure functions
``(case, trace) -> marks`` · ``suites`` which cases, which scorers · ``engine`` runs them through Inspect AI ·
``statistics``, ``gates``, ``summary``, ``report`` what is made of the marks. The cases stand in ``evals/cases``.
"""
