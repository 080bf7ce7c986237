"""What gunicorn is given instead of the product's wsgi.py."""

from tests.benchmarks.application import make_app
from tracker.core.cycles import spare_what_is_loaded

app = make_app()
spare_what_is_loaded()
