"""The demo organisation: a year of recruiting, replayed through the same operations that people use."""
