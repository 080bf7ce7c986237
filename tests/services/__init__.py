"""Real services for tests: PostgreSQL, a Redis-compatible server, SMTP, a browser, and whole installations.

tests/conftest.py loads the fixtures, and the closing lines that name what could not run.
"""
