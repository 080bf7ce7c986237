"""Boards across requisitions: of a role profile, and of everybody who waits on the reader."""

from dataclasses import replace
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tracker.accounts.permissions import guarded, me
from tracker.core.errors import NotVisible
from tracker.core.http import wants_fragment
from tracker.desk.across import MINE, NAMES, Across, title_of
from tracker.desk.blueprint import bp
from tracker.desk.board import Board
from tracker.desk.drawing import drawing
from tracker.desk.filter_bar import bar_of_boards, load_choices
from tracker.desk.filters import Filter
from tracker.desk.live import live_board
from tracker.desk.opening import answer_board, answer_column, known_pulse
from tracker.desk.saved import EVERYBODY, Menu, Shelf
from tracker.desk.views_live import answer_pulse


@bp.get("/boards")
@guarded("board.across")
def boards() -> ResponseReturnValue:
    """The one that the reader begins with: whoever waits on them."""
    return redirect(url_for("desk.across", name=MINE))


@bp.get("/boards/<name>")
@guarded("board.across")
def across(name: str) -> ResponseReturnValue:
    """One of these boards; one that is open asks for its columns alone, `since` the pulse it knows."""
    scope, pulse_url = _scope(name), url_for("desk.across_pulse", name=name)
    live = live_board(name, pulse_url, scope.requisition_ids(), scope.reader, since=known_pulse())
    # Columns are those of this board, and whoever is not on it has left it, wherever they went.
    live = replace(live, standing=scope.standing(live.standing) if live.standing else {})
    chosen, shelf = _chosen(name), _shelf(name)

    def page(shown: Board, views: Menu) -> str:
        return render_template(
            "desk/across.html",
            scope=scope,
            shown=shown,
            live=live,
            title=title_of(name),
            names=[(each, title_of(each)) for each in NAMES],
            bar=bar_of_boards(name, chosen, views.plain, asks_mine=scope.role is not None),
            views=views,
            draw=drawing(),
        )

    return answer_board(scope, chosen, shelf, live, page)


@bp.get("/boards/<name>/pulse")
@guarded("board.across")
def across_pulse(name: str) -> ResponseReturnValue:
    """Whether anything has happened on it, and who else looks at it; 304 when all is as it was."""
    scope = _scope(name)
    place = f"boards:{name}" if scope.role else f"boards:{name}:{scope.reader.id}"
    return answer_pulse(place, scope.requisition_ids())


@bp.get("/boards/<name>/filters")
@guarded("board.across")
def across_filters(name: str) -> ResponseReturnValue:
    """The form that adds filters; a fragment for the bar's menu."""
    scope, chosen = _scope(name), _chosen(name)
    # Where a board opens with a view by itself, its plain address says everybody.
    plain = EVERYBODY if EVERYBODY.keys() <= request.args.keys() else {}
    bar = bar_of_boards(name, chosen, plain, asks_mine=scope.role is not None)
    return render_template(
        "desk/_filter_form.html" if wants_fragment() else "desk/filters.html",
        board=title_of(name),
        bar=bar,
        choices=load_choices(chosen, me()),
    )


@bp.get("/boards/<name>/columns/<key>")
@guarded("board.across")
def across_column(name: str, key: str) -> ResponseReturnValue:
    """The next cards of one column: a fragment for the board, a page of their own without a script."""
    scope, chosen = _scope(name), _chosen(name)
    first: dict[str, Any] = {"name": name, "key": key, **chosen.arguments}
    return answer_column(scope, key, chosen, board=title_of(name), first_url=url_for("desk.across_column", **first))


def _chosen(name: str) -> Filter:
    """What the address asks for, as far as it means something there."""
    return _shelf(name).filter_of(request.args)


def _shelf(name: str) -> Shelf:
    return Shelf.across(name, me())


def _scope(name: str) -> Across:
    if name not in NAMES:
        raise NotVisible
    return Across(name, me())
