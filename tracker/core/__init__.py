"""What every domain stands on: the database, the clock, errors, the registry."""
