"""The one blueprint of vetting; its pages are in the views_* modules."""

from flask import Blueprint

bp = Blueprint("vetting", __name__)
