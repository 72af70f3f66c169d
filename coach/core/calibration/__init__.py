"""Step 6: a target against history and context.

``forecast`` turns past periods into what the coming ones may hold; the other modules read targets, funnels and capacity off it.
"""
