"""The application for web servers: `gunicorn wsgi:app`."""

from tracker import create_app

app = create_app()
