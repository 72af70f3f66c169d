"""The plugins that come with coach; they use the hook a stranger would."""

from coach.plugins.builtin import csv, demo, post

PLUGINS = {"csv": csv, "demo": demo, "post": post}
