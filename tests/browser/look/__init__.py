"""The frame, the shapes and the scripts, on pages that need no database."""
