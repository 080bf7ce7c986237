"""The application for web servers: `gunicorn wsgi:app`."""

from tracker import create_app
from tracker.core.cycles import spare_what_is_loaded

app = create_app()
spare_what_is_loaded()
