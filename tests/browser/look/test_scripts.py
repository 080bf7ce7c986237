"""What the scripts add: each test does what a reader does, and looks at what they see and what the server got."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.look.conftest import Site


def test_a_form_in_the_dialog_shows_its_errors_in_place_then_moves_on(page: Page, site: Site):
    page.goto(f"{site.address}/shapes")
    opener = page.get_by_role("link", name="Add a person")
    opener.click()
    dialog = page.get_by_role("dialog", name="New person")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.locator("#name-error")).to_have_text("Say who it is.")
    expect(dialog.get_by_label("Name")).to_be_focused()
    dialog.get_by_label("Name").fill("Ada")
    dialog.get_by_role("button", name="Save").click()
    page.wait_for_url("**/shapes?saved=1")
    assert [path for path, _ in site.sent] == ["/form", "/form"]


def test_escape_closes_the_dialog_and_gives_the_focus_back(page: Page, site: Site):
    page.goto(f"{site.address}/shapes")
    opener = page.get_by_role("link", name="Add a person")
    opener.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(opener).to_be_focused()
    expect(page.locator("body > #toasts")).to_have_count(1)


def test_what_is_hard_to_take_back_asks_first(page: Page, site: Site):
    page.goto(f"{site.address}/shapes")
    page.get_by_role("button", name="Withdraw").click()
    question = page.get_by_role("dialog", name="Withdraw this shortlist?")
    question.get_by_role("button", name="Go back").click()
    expect(question).to_have_count(0)
    assert site.sent == []
    page.get_by_role("button", name="Withdraw").click()
    with page.expect_navigation():
        question.get_by_role("button", name="Withdraw it").click()
    assert [path for path, _ in site.sent] == ["/plain"]


def test_two_clicks_send_once(page: Page, site: Site):
    page.goto(f"{site.address}/shapes")
    with page.expect_navigation():
        page.get_by_role("button", name="Save it").dblclick()
    assert site.sent == [("/plain", {"csrf_token": "the-token", "version": "3"})]


def test_a_refused_button_says_why_and_sends_nothing(page: Page, site: Site):
    page.goto(f"{site.address}/shapes")
    button = page.get_by_role("button", name="Approve (Monitoring is not assessed)")
    expect(button).to_be_disabled()
    button.click(force=True)
    expect(page.locator("#toasts")).to_contain_text("Monitoring is not assessed")
    assert site.sent == []


def test_a_refusal_is_told_in_the_servers_words(page: Page, site: Site):
    page.goto(f"{site.address}/shapes")
    page.get_by_role("button", name="Decide late").click()
    expect(page.locator("#toasts .toast.warn")).to_contain_text("Maya Lindqvist declined this entry just now.")


def test_after_a_sign_in_that_ended_what_was_typed_stays(page: Page, site: Site):
    page.goto(f"{site.address}/shapes")
    page.get_by_label("Name", exact=True).fill("Ingrid")
    page.get_by_role("button", name="Decide signed out").click()
    expect(page.get_by_role("link", name="Sign in again in a new tab")).to_have_attribute("target", "_blank")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Ingrid")


def test_z_takes_back_what_the_last_message_offers(page: Page, site: Site):
    page.goto(f"{site.address}/said")
    expect(page.get_by_role("status")).to_contain_text("Lukas Brandt moved to Screening")
    with page.expect_navigation():
        page.keyboard.press("z")
    assert [path for path, _ in site.sent] == ["/undo"]


def test_a_message_waits_while_the_reader_points_at_it(page: Page, site: Site):
    page.clock.install()
    page.goto(f"{site.address}/said")
    message = page.locator(".toast")
    message.hover()
    page.clock.run_for(60_000)
    expect(message).to_be_visible()
    page.mouse.move(10, 10)
    page.clock.run_for(60_000)
    expect(message).to_have_count(0)


def test_the_theme_is_remembered_and_right_from_the_first_paint(page: Page, site: Site):
    page.goto(f"{site.address}/shapes")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_label("Tara Kessler: account and appearance").click()
    page.get_by_role("button", name="Dark").click()
    assert page.evaluate(ground) != light
    answer = page.request.get(f"{site.address}/board")
    assert 'data-theme="dark"' in answer.text()


def test_a_menu_closes_on_escape_and_elsewhere(page: Page, site: Site):
    page.goto(f"{site.address}/shapes")
    summary = page.locator("summary", has_text="More")
    entry = page.get_by_role("link", name="Export")
    summary.click()
    expect(entry).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(entry).to_be_focused()
    page.keyboard.press("Escape")
    expect(entry).to_be_hidden()
    expect(summary).to_be_focused()
    summary.click()
    page.get_by_role("heading", name="Shapes").click()
    expect(entry).to_be_hidden()


def test_search_is_one_key_away_but_not_while_typing(page: Page, site: Site):
    page.goto(f"{site.address}/form")
    search = page.get_by_role("searchbox", name="Find people and requisitions")
    page.keyboard.press("/")
    expect(search).to_be_focused()
    name = page.locator("#name")
    name.press("/")
    expect(name).to_be_focused()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("combobox", name="Find people, requisitions and actions")).to_be_focused()


def test_a_filter_sends_itself_without_its_empty_fields(page: Page, site: Site):
    page.goto(f"{site.address}/shapes")
    page.get_by_label("Any stage").select_option("s")
    page.wait_for_url(re.compile(r"/shapes\?stage=s$"))


def test_ticking_all_and_what_needs_some(page: Page, site: Site):
    page.goto(f"{site.address}/shapes")
    counted = page.locator("[data-needs=pick]")
    expect(counted).to_be_hidden()
    page.get_by_label("All").check()
    expect(counted).to_have_text("2 picked")
    page.get_by_label("Ada").uncheck()
    expect(counted).to_have_text("1 picked")


def test_a_field_that_matters_for_one_choice_shows_with_it(page: Page, site: Site):
    page.goto(f"{site.address}/form")
    expect(page.get_by_label("Note")).to_be_hidden()
    page.get_by_label("Declined").check()
    expect(page.get_by_label("Note")).to_be_visible()


def hold_over(page: Page, row: int, wanted: list[str]) -> None:
    """Hold what is being dragged over a row, as a hand does, until the list shows the order that is wanted."""
    box = page.locator(".grip").nth(row).bounding_box()
    assert box
    names = page.locator(".checklist .name")
    for step in range(60):
        page.mouse.move(box["x"] + 12, box["y"] + 20 + step % 4)
        if names.all_inner_texts() == wanted:
            return
        page.wait_for_timeout(30)
    assert names.all_inner_texts() == wanted


@pytest.mark.parametrize("refused", [False, True])
def test_a_list_is_ordered_by_drag(page: Page, site: Site, refused: bool):
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{site.address}/shapes")
    if refused:
        page.locator("[data-sort-url]").evaluate("list => { list.dataset.sortUrl = '/order?refuse=1' }")
    page.locator(".grip").nth(0).hover()
    page.mouse.down()
    hold_over(page, 1, ["Two", "One", "Three"])
    hold_over(page, 2, ["Two", "Three", "One"])
    with page.expect_response("**/order*"):
        page.mouse.up()
    if refused:
        expect(page.locator("#toasts")).to_contain_text("Somebody else reordered it.")
    expect(page.locator(".checklist .name")).to_have_text(
        ["One", "Two", "Three"] if refused else ["Two", "Three", "One"]
    )
    assert site.sent == [("/order", {"items": "2,3,1"})]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_the_drawer_of_a_phone_opens_with_and_without_scripts(browser: Browser, site: Site, scripts: bool):
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=scripts)
    page = context.new_page()
    page.goto(f"{site.address}/shapes")
    entry = page.get_by_role("navigation", name="Main").get_by_role("link", name="Today")
    expect(entry).to_be_hidden()
    page.get_by_label("Open the menu").click()
    expect(entry).to_be_visible()
    page.get_by_label("Close the menu").click(position={"x": 370, "y": 400})
    expect(entry).to_be_hidden()
    context.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_a_phone_shows_one_stage_at_a_time_and_switches(browser: Browser, site: Site, scripts: bool):
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=scripts)
    page = context.new_page()
    page.goto(f"{site.address}/board")
    expect(page.get_by_role("heading", name="Identified")).to_be_in_viewport()
    expect(page.get_by_role("heading", name="Screening")).not_to_be_in_viewport()
    page.get_by_role("navigation", name="Stages").get_by_role("link", name="Screening").click()
    expect(page.get_by_role("heading", name="Screening")).to_be_in_viewport()
    expect(page.get_by_role("heading", name="Identified")).not_to_be_in_viewport()
    context.close()
