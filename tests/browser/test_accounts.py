"""From an empty installation to two people signed in, in a real browser, with the mail in between."""

from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.services.fixtures import Install
from tests.services.waiting import wait_for

PASSWORD = "seven green bottles"


def accessible(page: Page) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        # Colours that are still on their way from light to dark are nobody's fault.
        page.evaluate("() => Promise.allSettled(document.getAnimations().map((each) => each.finished))")
        found = Axe().run(page).response["violations"]
        assert [(fault["id"], fault["nodes"][0]["html"][:200]) for fault in found] == [], f"{page.url}, {scheme}"


def link_in_mails(folder: Path) -> str | None:
    for mail in folder.rglob("*"):
        if mail.is_file():
            text = mail.read_bytes().replace(b"=\r\n", b"").replace(b"=\n", b"").decode(errors="replace")
            for word in text.split():
                if "/set-password/" in word and word.startswith("http"):
                    return word
    return None


def test_the_first_admin_invites_somebody(install: Install, page: Page) -> None:
    server = install().start()
    page.goto(f"{server.url}/sign-in")
    expect(page.get_by_role("heading", name="Set up Firsthire")).to_be_visible()
    accessible(page)
    page.get_by_label("Your name").fill("Tara Kessler")
    page.get_by_label("E-mail address").fill("tara@example.com")
    page.get_by_label("Time zone").fill("berlin")
    page.get_by_label("Password").fill("short")
    page.get_by_role("button", name="Make my account").click()
    expect(page.get_by_role("alert")).to_contain_text("Use at least 10 characters")
    accessible(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make my account").click()
    expect(page.get_by_role("heading", name="Users")).to_be_visible()
    for address in ("/users", "/users/new", "/users/1", "/settings", "/permissions", "/account", "/account/password"):
        page.goto(server.url + address)
        accessible(page)

    page.goto(f"{server.url}/users/new")
    page.get_by_label("Name").fill("Maya Lindqvist")
    page.get_by_label("E-mail address").fill("maya@example.com")
    page.get_by_label("Hiring manager").check()
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("heading", name="Maya Lindqvist")).to_be_visible()
    accessible(page)
    page.get_by_role("button", name="Tara Kessler: account and appearance").or_(
        page.locator("summary[aria-label^='Tara Kessler']")
    ).first.click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    accessible(page)

    wait_for(lambda: link_in_mails(server.data_dir / "mail") is not None, seconds=60, what="the invitation")
    page.goto(link_in_mails(server.data_dir / "mail") or "")
    expect(page.get_by_role("heading", name="Welcome, Maya Lindqvist")).to_be_visible()
    accessible(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Set the password and sign in").click()
    expect(page.locator("summary[aria-label^='Maya Lindqvist']")).to_be_visible()
    forbidden = page.goto(f"{server.url}/users")
    assert forbidden is not None
    assert forbidden.status == 403
    accessible(page)
