"""Makers of rows for tests. Each commits, as the application would have."""
