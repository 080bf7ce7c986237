"""What recruiters, hiring managers and interviewers do in their browsers, a method for each step of the main path."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path

from playwright.sync_api import Browser, Locator, Page, Response, expect

from tests.services.waiting import wait_for

PASSWORD = "seven quiet herons"
#: Nothing here is about speed: a machine that does other things as well may take its time.
PATIENCE = 45_000


class Person:
    """Somebody with a browser of their own, on a wide screen; `faults` has what must never happen to them."""

    def __init__(self, browser: Browser, address: str, name: str, email: str) -> None:
        self.name, self.email, self.address = name, email, address
        self.context = browser.new_context(locale="en-GB", timezone_id="UTC", viewport={"width": 1440, "height": 900})
        self.context.set_default_timeout(PATIENCE)
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on("response", self._note)

    @property
    def dialog(self) -> Locator:
        """The open dialog."""
        return self.page.get_by_role("dialog")

    def goto(self, path: str) -> None:
        """Open a page of the installation, by its path or whole address, signing in on the way when that is asked for:
        at first, and after a night."""
        answer = self.page.goto(path if path.startswith("http") else f"{self.address}{path}")
        assert answer is not None
        assert answer.ok, f"{path} answers {answer.status} to {self.name}:\n{self.page.locator('body').inner_text()}"
        if self.page.url.startswith(f"{self.address}/sign-in"):
            self._give_password()

    def sign_in(self) -> None:
        """Sign in, ending on the page that was asked for."""
        self.goto("/")
        self.sees(re.compile(f"Good .*, {self.name.split()[0]}"))

    def follow(self, link: str) -> None:
        """Open a link from a mail, signing in on the way when that is asked for."""
        assert link.startswith(self.address)
        self.goto(link)
        assert self.page.url.startswith(link), f"{link} leads {self.name} to {self.page.url}"

    def press(self, name: str, *, within: Locator | None = None) -> None:
        """Press the button of that name."""
        (within or self.page).get_by_role("button", name=name, exact=True).click()

    def click(self, name: str, *, within: Locator | None = None) -> None:
        """Click the link of that name."""
        (within or self.page).get_by_role("link", name=name, exact=True).click()

    def fill(self, within: Locator | Page, **values: str) -> None:
        """Fill in fields by the names that they are sent under."""
        for name, value in values.items():
            within.locator(f"[name={name}]").fill(value)

    def is_told(self, text: str) -> None:
        """The page says so in a message."""
        expect(self.page.locator("#toasts")).to_contain_text(text, timeout=PATIENCE)

    def sees(self, text: str | re.Pattern[str]) -> None:
        """The content of the page says so."""
        expect(self.page.locator("#main")).to_contain_text(text, timeout=PATIENCE)

    def waits_to_see(self, text: str, *, at: str) -> None:
        """Sooner or later the page at `at` says so; it is loaded again until then."""

        def says() -> bool:
            self.goto(at)
            return text in self.page.locator("#main").inner_text()

        wait_for(says, seconds=PATIENCE / 1000, what=f"“{text}” at {at} for {self.name}")

    def _give_password(self) -> None:
        self.page.get_by_label("E-mail").fill(self.email)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.press("Sign in")
        expect(self.page).not_to_have_url(re.compile("/sign-in"), timeout=PATIENCE)

    def _note(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"{response.request.method} {response.url} answers {response.status}")


class Admin(Person):
    """Makes the first account, and brings in others."""

    def set_up(self) -> None:
        """Make the first account of a new installation."""
        self.goto("/")
        self.fill(self.page, name=self.name, email=self.email, timezone="Europe/Berlin", password=PASSWORD)
        self.press("Make my account")
        self.is_told("Your account is ready")

    def invites(self, name: str, email: str, role: str) -> None:
        """Send somebody an invitation."""
        self.goto("/users/new")
        self.fill(self.page, name=name, email=email, timezone="Europe/Berlin")
        self.page.get_by_label(role).check()
        self.press("Send the invitation")
        self.is_told("gets an invitation by mail")


class Recruiter(Person):
    """Opens the requisition, brings people in, moves them, puts them forward, prepares offers."""

    def takes_up(self, invitation: str) -> None:
        """Choose a password by the link of an invitation."""
        self.goto(invitation)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.press("Set the password and sign in")
        self.is_told("you are signed in")

    def writes_requisition(self, title: str, *, manager: str, interviewer: str) -> str:
        """Write a requisition for an MLOps Engineer down; returns its number."""
        page = self.page
        self.goto("/requisitions")
        page.get_by_role("link", name="New requisition").first.click()
        page.locator("input[name=role][value=mlops_engineer]").check()
        page.get_by_label("Title").fill(title)
        page.get_by_label("Hiring manager").select_option(label=manager)
        # Whoever writes it down is its recruiter unless somebody else is chosen.
        expect(page.get_by_role("group", name="Recruiters").get_by_label(self.name)).to_be_checked()
        page.get_by_role("group", name="Interviewers").get_by_label(interviewer).check()
        self.fill(page, salary_from="85,000", salary_to="100,000", target_days="30")
        self.press("Write it down")
        self.is_told("is written down as a draft")
        return page.url.rpartition("/")[2]

    def submits_requisition(self, number: str, approver: str) -> None:
        """Submit the draft for approval."""
        self.goto(f"/requisitions/{number}")
        self.click("Submit for approval")
        self.dialog.get_by_label("Who approves it").select_option(label=approver)
        self.press("Submit", within=self.dialog)
        self.is_told(f"{approver} is asked to approve {number}")

    def adds(self, number: str, name: str, email: str, *, since: str = "") -> str:
        """Add somebody by hand from the board; returns the path of their page. `since` is a local time."""
        self.goto(f"/requisitions/{number}/board")
        self.page.get_by_role("link", name="Add candidate").first.click()
        self.fill(self.dialog, name=name, email=email, happened_at=since)
        self.press("Add", within=self.dialog)
        self.is_told(f"{name} is in the pipeline of {number}")
        return self.page.url.removeprefix(self.address).partition("#")[0]

    def imports(self, number: str, file: Path, *, people: int, left_out: int) -> None:
        """Import a file after its dry run."""
        self.goto(f"/requisitions/{number}/board")
        self.click("Import")
        self.page.locator("input[name=file]").set_input_files(file)
        self.press("Check the file")
        self.sees("nobody is written yet")
        expect(self.page.get_by_role("region", name="Lines that stay out").locator("tbody tr")).to_have_count(left_out)
        self.press(f"Import {people} people")
        self.is_told(f"{people} people imported into {number}")

    def drags(self, number: str, name: str, stage: str) -> None:
        """Drag somebody's card to another column, once the page and its scripts are there."""
        self.goto(f"/requisitions/{number}/board")
        self.page.wait_for_load_state("networkidle")
        page = self.page
        card = page.locator(".card-person", has=page.get_by_role("link", name=name, exact=True))
        column = page.locator(f"ol[data-name='{stage}']")
        card.scroll_into_view_if_needed()
        start, end = card.bounding_box(), column.locator("..").bounding_box()
        assert start is not None
        assert end is not None
        page.mouse.move(start["x"] + 20, start["y"] + 12)
        page.mouse.down()
        page.mouse.move(start["x"] + 40, start["y"] + 20, steps=4)
        page.mouse.move(end["x"] + end["width"] / 2, end["y"] + min(end["height"] / 2, 60), steps=12)
        page.mouse.up()
        expect(column.locator(".card-person", has_text=name)).to_be_visible(timeout=PATIENCE)
        self.is_told(f"{name} moved to {stage}")

    def moves_to(self, number: str, name: str, stage: str) -> None:
        """Move somebody by "Move to…" on their card."""
        self.goto(f"/requisitions/{number}/board")
        self.click(f"Move {name} to…")
        self.page.get_by_role("menuitem", name=stage).click()
        self.is_told(f"{name} moved to {stage}")

    def moves_on(self, person: str, name: str, stage: str) -> None:
        """Move somebody to the next stage from their own page."""
        self.goto(person)
        self.click("Move to…")
        self.dialog.get_by_role("radio", name=stage).check()
        self.press("Move", within=self.dialog)
        self.is_told(f"{name} moved to {stage}")

    def rejects(self, person: str, name: str, reason: str) -> None:
        """Reject somebody, for a reason."""
        self.goto(person)
        self.click("Reject")
        self.dialog.get_by_label(reason).check()
        self.press("Reject", within=self.dialog)
        self.is_told(f"{name} is rejected")
        self.sees("Rejected")

    def undoes(self) -> None:
        """Take back the last change of the one application on the page."""
        self.press("Undo", within=self.page.locator("section.application"))
        self.is_told("Undone.")

    def plans_interview(self, person: str, assessor: str) -> None:
        """Ask for a scorecard without a set time."""
        self.goto(person)
        self.click("Plan an interview")
        self.dialog.get_by_label(assessor).check()
        self.press("Plan it", within=self.dialog)
        self.is_told("the assessors are told by mail")

    def puts_forward(self, number: str, name: str, *, note: str, words: str, before: Callable[[], None]) -> None:
        """Submit a shortlist of one person. `before()` is called right before it is sent."""
        self.goto(f"/requisitions/{number}/shortlists/new")
        page = self.page
        page.get_by_role("checkbox", name=name).check()
        page.get_by_label(f"Your words on {name}").fill(words)
        page.get_by_label("Note", exact=False).and_(page.locator("textarea")).fill(note)
        before()
        self.press("Put forward")
        self.is_told(f"{name} put forward")

    def prepares_offer(self, person: str, *, salary: str, until: date) -> str:
        """Prepare an offer and ask for its approval; returns the path of the offer."""
        application = self._application(person)
        self.goto(f"/applications/{application}/offers/new")
        self.fill(self.page, salary=salary, expires_on=until.isoformat())
        self.press("Save as draft")
        self.press("Submit for approval")
        self.is_told("is asked to approve it")
        return self.page.url.removeprefix(self.address)

    def extends(self, offer: str) -> None:
        """Record that the candidate got the offer."""
        self.goto(offer)
        self.click("Extend the offer")
        self.press("The offer is out", within=self.dialog)
        self.is_told("The offer is out")

    def records_acceptance(self, offer: str, name: str, *, before: Callable[[], None]) -> None:
        """Record that the candidate accepted. `before()` is called right before it is sent."""
        self.goto(offer)
        self.click("Accepted")
        self.dialog.wait_for()
        before()
        self.press(f"Hire {name}", within=self.dialog)

    def decides_on_the_rest(self, fates: dict[str, str]) -> None:
        """Say what becomes of those who are left, on the page that asks: a choice by name."""
        self.sees("What becomes of the others")
        choices = self.page.get_by_role("combobox", name=re.compile("^What becomes of"))
        expect(choices).to_have_count(len(fates))
        for name, fate in fates.items():
            self.page.get_by_role("combobox", name=f"What becomes of {name}").select_option(label=fate)
        self.press("Record these endings")
        self.is_told("ended")

    def _application(self, person: str) -> int:
        """The number of the one application on somebody's page."""
        self.goto(person)
        found = self.page.locator("section.application").get_attribute("id") or ""
        return int(found.removeprefix("application-"))


class Interviewer(Person):
    """Writes scorecards."""

    def writes_scorecard(self, link: str, *, skills: int) -> None:
        """Rate every skill of the checklist "Yes", with evidence, and submit."""
        self.follow(link)
        items = self.page.locator(".score-item[id^=item-]")
        expect(items).to_have_count(skills)
        for item in items.all():
            item.locator("label", has_text=re.compile("^Yes$")).click()
            item.locator("textarea").fill("Showed it on a system of their own.")
        altogether = self.page.get_by_role("region", name="Altogether")
        altogether.locator("label", has_text=re.compile("^Strong yes$")).click()
        altogether.locator("textarea").fill("Has run models for millions of readers.")
        self.press("Submit the scorecard")
        self.is_told("Submitted.")


class Manager(Person):
    """Approves requisitions, shortlists and offers."""

    def approves(self, link: str) -> None:
        """Approve what the link of a mail leads to."""
        self.follow(link)
        self.press("Approve")
        self.is_told("Approved.")

    def looks_at_shortlist(self, link: str, says: Iterable[str]) -> None:
        """Read what the comparison says, and decide nothing."""
        self.follow(link)
        for text in says:
            self.sees(text)

    def approves_entry(self, link: str, name: str) -> None:
        """Approve the one person on a shortlist."""
        self.follow(link)
        self.press("Approve")
        self.is_told(f"{name} is approved")
