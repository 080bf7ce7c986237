"""The one blueprint of this domain's routes; the modules views, views_care and views_start hang them on it."""

from flask import Blueprint

bp = Blueprint("pipeline", __name__)
