"""Real services for tests: PostgreSQL, a Redis-compatible server, SMTP, a browser, and whole installations.

tests/conftest.py loads the fixtures with `pytest_plugins = ["tests.services.closing_lines", "tests.services.fixtures"]`.
"""
