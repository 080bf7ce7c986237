"""`make bench`: what pages cost, measured through the real server on both databases, written to docs/benchmarks.md."""
