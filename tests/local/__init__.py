"""A real model on this machine's CPU: fetched once, outside the repository, and served as any OpenAI-compatible one.

``python -m tests.local.fetch`` fetches it; ``serving()`` starts it; ``python -m tests.local.prove`` runs the journey.
"""
