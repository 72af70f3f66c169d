"""Jobs done durably on DBOS: on SQLite by default, on PostgreSQL with several workers, with the same code.

``coach serve`` alone does them itself; ``coach worker`` starts one more process that does. The jobs themselves are
``coach.service.jobs``'s: nothing here knows what they do.
"""

from coach.jobs.engine import Asking, Working, asking, working

__all__ = ["Asking", "Working", "asking", "working"]
