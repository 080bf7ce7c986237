"""The words of times, counts and money; the assets' addresses; what a redirect answers to the dialog."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask, redirect, render_template_string

from tracker.core import templating

BERLIN = ZoneInfo("Europe/Berlin")
KOLKATA = ZoneInfo("Asia/Kolkata")
SAO_PAULO = ZoneInfo("America/Sao_Paulo")
NOW = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)
TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("moment", "zone", "said"),
    [
        (NOW, BERLIN, "Mon 23 Nov, 14:05 CET"),
        (datetime(2026, 7, 1, 8, 0, tzinfo=UTC), BERLIN, "Wed 1 Jul, 10:00 CEST"),
        (NOW, KOLKATA, "Mon 23 Nov, 18:35 IST"),
        (NOW, SAO_PAULO, "Mon 23 Nov, 10:05 UTC-3"),
        (NOW, ZoneInfo("Asia/Kathmandu"), "Mon 23 Nov, 18:50 UTC+5:45"),
        (NOW, ZoneInfo("UTC"), "Mon 23 Nov, 13:05 UTC"),
        (datetime(2025, 12, 31, 23, 30, tzinfo=UTC), BERLIN, "Thu 1 Jan, 00:30 CET"),
        (datetime(2025, 12, 31, 22, 30, tzinfo=UTC), BERLIN, "Wed 31 Dec 2025, 23:30 CET"),
    ],
)
def test_an_instant_is_shown_in_the_zone_which_is_named(moment, zone, said):
    assert templating.format_when(moment, zone, today=TODAY) == said


def test_a_plain_date_is_taken_as_it_is():
    assert templating.format_day(date(2026, 11, 27), SAO_PAULO, today=TODAY) == "Fri 27 Nov"


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (NOW, "just now"),
        (NOW - timedelta(seconds=59), "just now"),
        (NOW - timedelta(minutes=1), "1 minute ago"),
        (NOW - timedelta(hours=4), "4 hours ago"),
        (NOW - timedelta(hours=13), "13 hours ago"),
        (NOW - timedelta(hours=15), "yesterday"),
        (NOW - timedelta(days=3), "3 days ago"),
        (NOW + timedelta(minutes=20), "in 20 minutes"),
        (NOW + timedelta(days=1), "tomorrow"),
        (NOW + timedelta(days=9), "in 9 days"),
    ],
)
def test_how_long_ago_counts_hours_within_the_day_and_dates_beyond_it(moment, said):
    assert templating.format_ago(moment, BERLIN, now=NOW) == said


@pytest.mark.parametrize(
    ("back", "said"),
    [
        (timedelta(0), "0 min"),
        (timedelta(minutes=59), "59 min"),
        (timedelta(hours=4), "4 h"),
        (timedelta(days=6), "6 d"),
    ],
)
def test_an_age_is_short(back, said):
    assert templating.format_age(NOW - back, now=NOW) == said


def test_an_age_is_never_negative():
    assert templating.format_age(NOW + timedelta(hours=1), now=NOW) == "0 min"


def test_counts_agree_with_their_noun():
    assert templating.plural(1, "candidate") == "1 candidate"
    assert templating.plural(0, "candidate") == "0 candidates"
    assert templating.plural(1284, "person", "people") == "1,284 people"
    assert templating.days(1) == "1 day"
    assert templating.days(Decimal("12.5")) == "12.5 days"


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (85000, 105000, "85,000–105,000\N{NO-BREAK SPACE}EUR"),
        (85000, 85000, "85,000\N{NO-BREAK SPACE}EUR"),
        (85000, None, "from 85,000\N{NO-BREAK SPACE}EUR"),
        (None, Decimal("105000.00"), "up to 105,000\N{NO-BREAK SPACE}EUR"),
        (None, None, ""),
    ],
)
def test_a_range_of_money_says_what_is_known(low, high, said):
    assert templating.money_range(low, high, "EUR") == said


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ingrid Solheim", "IS"),
        ("O’Brien, Siobhán", "SO"),
        ("Oluwaseun Adeyemi-Clarke", "OC"),
        ("李文博", "李"),
        ("'t Hooft", "TH"),
        ("", "?"),
        ("—", "?"),
    ],
)
def test_initials(name, letters):
    assert templating.initials(name) == letters


def test_a_listing_ends_with_and():
    assert templating.listing([]) == ""
    assert templating.listing(["A"]) == "A"
    assert templating.listing(["A", "B", "C"]) == "A, B and C"
    assert templating.listing(["A", "B"], "or") == "A or B"


@pytest.fixture
def page_app(tmp_path: Path) -> Flask:
    app = Flask("frame", static_folder=str(tmp_path), static_url_path="/static")
    app.secret_key = "only for this test"
    app.testing = True
    templating.install(app, templating.Frame(reader_zone=lambda: BERLIN))
    return app


def build(folder: Path, **files: str) -> None:
    dist = folder / "dist"
    dist.mkdir(exist_ok=True)
    manifest = {"files": files, "icons": ["plus"]}
    (dist / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_before_the_first_build_an_asset_has_its_plain_name(page_app):
    with page_app.test_request_context():
        assert render_template_string("{{ asset('app.css') }}") == "/static/dist/app.css"


def test_an_asset_has_the_name_that_the_build_gave_it(page_app, tmp_path):
    build(tmp_path, **{"app.css": "app-1234.css"})
    with page_app.test_request_context("/", base_url="http://localhost/under"):
        assert render_template_string("{{ asset('app.css') }}") == "/under/static/dist/app-1234.css"


def test_an_icon_is_decoration_unless_it_has_a_label(page_app, tmp_path):
    build(tmp_path, **{"icons.svg": "icons-1.svg"})
    with page_app.test_request_context():
        assert render_template_string("{{ icon('plus', size='sm') }}") == (
            '<svg class="ico ico-sm" aria-hidden="true"><use href="/static/dist/icons-1.svg#plus"></use></svg>'
        )
        assert 'role="img" aria-label="Add &lt;one&gt;"' in render_template_string(
            "{{ icon('plus', label='Add <one>') }}"
        )


def test_an_icon_that_the_sprite_does_not_hold_is_refused(page_app, tmp_path):
    build(tmp_path)
    with page_app.test_request_context(), pytest.raises(LookupError, match=r"assets/icons\.txt"):
        render_template_string("{{ icon('plsu') }}")


def test_filters_use_the_readers_zone_unless_told_another(page_app):
    moment = datetime(2026, 11, 23, 13, 5, tzinfo=UTC)
    with page_app.test_request_context():
        assert render_template_string("{{ x | hour }}", x=moment) == "14:05 CET"
        assert render_template_string("{{ x | hour(z) }}", x=moment, z=KOLKATA) == "18:35 IST"
        assert render_template_string("{{ x | iso }}", x=moment) == "2026-11-23T13:05:00+00:00"


@pytest.mark.parametrize(("cookie", "shown"), [(None, "auto"), ("dark", "dark"), ("light", "light"), ('"><b>', "auto")])
def test_the_theme_is_one_of_three_whatever_the_cookie_says(page_app, cookie, shown):
    headers = {"Cookie": f"theme={cookie}"} if cookie else {}
    with page_app.test_request_context(headers=headers):
        assert templating.theme() == shown


def test_what_a_view_says_carries_its_way_back(page_app):
    with page_app.test_request_context():
        templating.say("Moved.", undo_url="/stage-changes/9/undo")
        shown = render_template_string(
            "{% for m in toasts(get_flashed_messages(with_categories=true)) %}"
            "{{ m.kind }}|{{ m.text }}|{{ m.undo }}{% endfor %}"
        )
    assert shown == "ok|Moved.|/stage-changes/9/undo"


def test_a_message_of_another_kind_is_shown_as_information():
    assert templating._toasts([("message", "Please sign in.")]) == [
        {"kind": "info", "text": "Please sign in.", "undo": None}
    ]


def test_a_fragment_says_it_in_a_header_of_plain_ascii():
    value = templating.toast_header("Trần moved")["HX-Trigger"]
    assert value.isascii()
    assert json.loads(value)["toast"]["text"] == "Trần moved"


def test_a_redirect_answers_the_dialog_with_the_address(page_app):
    page_app.add_url_rule("/there", view_func=lambda: redirect("/here?x=1", 303), methods=["POST"])
    client = page_app.test_client()
    plain = client.post("/there")
    assert (plain.status_code, plain.headers["Location"]) == (303, "/here?x=1")
    told = client.post("/there", headers={"X-Dialog": "1"})
    assert (told.status_code, told.headers["X-Location"], told.data) == (204, "/here?x=1", b"")
    assert "Location" not in told.headers


def test_the_sidebar_keeps_the_order_of_its_sections():
    first, admin, mail = (
        templating.NavigationEntry(label, "/", "sun", section=section)
        for label, section in [("Today", ""), ("Users", "Administration"), ("Mail", "Administration")]
    )
    assert templating.sections([first, admin, mail]) == [("", [first]), ("Administration", [admin, mail])]
    assert templating.sections([]) == []
