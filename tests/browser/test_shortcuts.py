"""Single keys: what they do, that "?" shows them, and that they keep out of the way."""

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import SignIn
from tests.factories.accounts import make_user
from tracker.accounts.states import Role
from tracker.core.db import transaction


@pytest.fixture
def home(served: Flask, browser_context: BrowserContext, sign_in: SignIn) -> Page:
    """The first page of a recruiter."""
    sign_in(browser_context, make_user(Role.RECRUITER))
    page = browser_context.new_page()
    page.goto(f"{served.config['SITE']}/")
    return page


def test_a_question_mark_shows_the_keys_and_gives_the_focus_back(home: Page) -> None:
    link = home.get_by_role("navigation", name="Main").get_by_role("link", name="Today")
    link.focus()
    home.keyboard.press("?")
    help_ = home.get_by_role("dialog", name="Keyboard shortcuts")
    expect(help_).to_contain_text("Show these keys")
    # Within a dialog the keys of the page rest.
    home.keyboard.press("?")
    expect(home.get_by_role("dialog")).to_have_count(1)
    home.keyboard.press("Escape")
    expect(help_).to_have_count(0)
    expect(link).to_be_focused()


def test_keys_are_letters_while_something_is_typed(home: Page) -> None:
    home.keyboard.press("/")
    search = home.get_by_label("Find people and requisitions")
    expect(search).to_be_focused()
    home.keyboard.type("what?/z")
    expect(search).to_have_value("what?/z")
    expect(home.get_by_role("dialog")).to_have_count(0)


def test_single_keys_can_be_turned_off(served: Flask, browser_context: BrowserContext, sign_in: SignIn) -> None:
    user = make_user(Role.RECRUITER)
    with transaction():
        user.wants_shortcuts = False
    sign_in(browser_context, user)
    page = browser_context.new_page()
    page.goto(f"{served.config['SITE']}/")
    page.keyboard.press("?")
    page.keyboard.press("/")
    expect(page.get_by_label("Find people and requisitions")).not_to_be_focused()
    # The menu still shows them, and says where they are turned on.
    page.get_by_label("account and appearance").click()
    page.get_by_role("button", name="Keyboard shortcuts").click()
    help_ = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(help_).to_contain_text("You have turned single keys off in your settings.")
    help_.get_by_role("link", name="your settings").click()
    expect(page.get_by_label("Keyboard shortcuts")).not_to_be_checked()


@pytest.mark.parametrize(
    ("sign", "code", "held"),
    [("л", "KeyK", "ctrlKey"), ("κ", "KeyK", "ctrlKey"), ("K", "KeyK", "ctrlKey"), ("K", "KeyT", "ctrlKey")],
    ids=["Cyrillic", "Greek", "Caps Lock", "another Latin layout"],
)
def test_letters_work_on_every_layout(home: Page, sign: str, code: str, held: str) -> None:
    home.evaluate(
        "([key, code, held]) => document.body.dispatchEvent(new KeyboardEvent('keydown', "
        "{ key, code, [held]: true, bubbles: true, cancelable: true }))",
        [sign, code, held],
    )
    expect(home.locator("dialog.palette")).to_be_visible()


def test_a_latin_letter_is_the_one_that_it_says_wherever_it_lies(home: Page) -> None:
    home.evaluate(
        "document.body.dispatchEvent(new KeyboardEvent('keydown', "
        "{ key: 't', code: 'KeyK', ctrlKey: true, bubbles: true, cancelable: true }))"
    )
    expect(home.locator("dialog.palette")).to_have_count(0)
