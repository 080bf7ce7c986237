"""The one blueprint of the pages people work at."""

from flask import Blueprint

bp = Blueprint("desk", __name__)
