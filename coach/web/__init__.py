"""The pages in the browser: server-rendered, one script and one stylesheet of our own, nothing from anywhere else.

``mount(app)`` is the entry. ``pages`` holds the routes, ``views`` what templates show, ``streams`` the answers being
written; docs/screens shows every screen.
"""

from coach.web.app import mount

__all__ = ["mount"]
