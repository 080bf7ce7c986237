"""What gunicorn is given instead of the product's wsgi.py."""

from tests.benchmarks.application import make_app

app = make_app()
