"""Candidates: people, their files and notes, duplicates, privacy."""

from collections.abc import Sequence
from datetime import timedelta

from flask import Blueprint

from tracker.candidates import file_views, files, personal_data, policy, privacy_views, sentences, views
from tracker.core.registry import NavigationItem, Registry


def register(registry: Registry) -> None:
    """Fill in what this domain contributes."""
    policy.register(registry)
    personal_data.register(registry)
    sentences.register()
    registry.add_navigation(NavigationItem("Candidates", "candidates.index", "users", 30, "/candidates"))
    registry.add_tick("candidates.sweep_files", files.sweep, every=timedelta(days=1))


def blueprints() -> Sequence[Blueprint]:
    """This domain's pages."""
    return (views.bp, file_views.bp, privacy_views.bp)
