"""Commands of the workshop: what the Makefile calls."""
