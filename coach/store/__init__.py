"""State: SQLAlchemy 2 on SQLite by default, on PostgreSQL with the same code."""
