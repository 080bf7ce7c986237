"""The main path through the real processes: from an empty installation to a hire, with the mail that goes with it.

Web, worker, beat and broker run under `tracker up`, mail goes to a real SMTP server, and everybody sits at a browser.
On the way the worker and the broker are killed. The clock stands in March 2027 and is moved on between the days.
"""

import json
import re
import urllib.request
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser

from tests.process.people import PASSWORD, Admin, Interviewer, Manager, Person, Recruiter
from tests.services.fixtures import Install
from tests.services.installation import RealServer
from tests.services.postgres import PostgresServer
from tests.services.smtp import Received, SmtpSink
from tests.services.waiting import wait_for

BERLIN = ZoneInfo("Europe/Berlin")
WEDNESDAY = datetime(2027, 3, 3, 10, tzinfo=BERLIN)
FRIDAY = datetime(2027, 3, 5, 10, tzinfo=BERLIN)
MONDAY = datetime(2027, 3, 8, 8, 5, tzinfo=BERLIN)
#: Mail whose ring was lost waits for the next beat, which comes every twenty seconds.
MAIL_SECONDS = 90

TITLE = "Senior MLOps Engineer, Berlin platform"
SKILLS = 6
CSV = """Name,Email,Source,Stage
Amina Diallo,amina@example.org,careers page,Applied
Tomás Herrera,tomas@example.org,careers page,Applied
,nobody@example.org,careers page,Applied
Wei Zhang,wei@example.org,careers page,Applied
"""


class Firm:
    """An installation, its mail, and the people who work with it."""

    def __init__(self, server: RealServer, sink: SmtpSink, browser: Browser) -> None:
        self.server, self.sink = server, sink
        self.olga = Admin(browser, server.url, "Olga Brandt", "olga@example.com")
        self.tara = Recruiter(browser, server.url, "Tara Kessler", "tara@example.com")
        self.rolf = Manager(browser, server.url, "Rolf Weiss", "rolf@example.com")
        self.iris = Interviewer(browser, server.url, "Iris Okoye", "iris@example.com")

    @property
    def people(self) -> list[Person]:
        """Everybody."""
        return [self.olga, self.tara, self.rolf, self.iris]

    def begins(self, instant: datetime) -> None:
        """Start the installation, its clock at `instant`."""
        self.server.environment["CLOCK_OFFSET_SECONDS"] = str((instant - datetime.now(UTC)).total_seconds())
        self.server.start()

    def goes_on(self, instant: datetime) -> None:
        """End everything, and start it again at a later instant."""
        assert self.server.stop() == 0
        self.begins(instant)

    def adds_by_console(self, person: Person, role: str) -> None:
        """Make an account by the console."""
        self.does("user", "add", person.email, "--name", person.name, "--role", role, "--password", PASSWORD)

    def does(self, *arguments: str) -> str:
        """Run a command on the same installation; returns its last words."""
        result = self.server.run(*arguments)
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout.splitlines()[-1]

    def mail(self, to: Person, subject: str) -> Received:
        """The one mail with such a beginning of its subject; waits for it."""

        def found() -> list[Received]:
            return [mail for mail in self.sink.to(to.email) if mail.subject.startswith(subject)]

        wait_for(lambda: bool(found()), seconds=MAIL_SECONDS, what=f"“{subject}” for {to.name}; {self.subjects(to)}")
        [mail] = found()
        return mail

    def subjects(self, to: Person) -> list[str]:
        """What somebody has got so far, in the order it came."""
        return [mail.subject for mail in self.sink.to(to.email)]

    def readiness(self) -> str:
        """What /readyz says."""
        with urllib.request.urlopen(f"{self.server.url}/readyz", timeout=30) as answer:
            return str(json.load(answer)["status"])

    def kill_worker_and_broker(self) -> None:
        """Kill both; to be called while nothing restarts."""
        self.server.kill("worker")
        self.server.kill("broker")
        wait_for(lambda: self.readiness() == "degraded", seconds=60, what="an installation without a broker")

    def kill_worker(self) -> None:
        """Kill the worker; it is started again."""
        self.server.kill("worker")


def link_in(mail: Received, path: str) -> str:
    """The address in a mail's text that leads to such a path (a pattern)."""
    found = re.search(rf"https?://[^\s/]+{path}(?=\s)", mail.text)
    assert found, mail.text
    # The same link stands in the part that mail clients show.
    assert f'href="{found[0]}"' in mail.html
    return found[0]


@pytest.fixture
def firm(request: pytest.FixtureRequest, install: Install, smtp_sink: SmtpSink, browser: Browser) -> Iterator[Firm]:
    """A new installation on the database of the parameter, not yet started."""
    environment = {"SMTP_URL": smtp_sink.url, "ORG_NAME": "Northwind AI", "ORG_TIMEZONE": "Europe/Berlin"}
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        environment["DATABASE_URL"] = server.create_database(f"walk-{request.getfixturevalue('worker_suffix')}")
    made = Firm(install(**environment), smtp_sink, browser)
    yield made
    for person in made.people:
        person.context.close()


def open_requisition(firm: Firm) -> str:
    """The recruiter writes it down, the manager approves it from the mail; returns its number."""
    number = firm.tara.writes_requisition(TITLE, manager="Rolf Weiss", interviewer="Iris Okoye")
    firm.tara.submits_requisition(number, "Rolf Weiss")
    asked = firm.mail(firm.rolf, "Tara Kessler asks for your approval")
    firm.rolf.approves(link_in(asked, r"/approvals/\d+/decision"))
    firm.mail(firm.tara, "Rolf Weiss approved")
    return number


def vet(firm: Firm, person: str, name: str) -> None:
    """The interviewer is asked for a scorecard, and writes it from the mail."""
    firm.tara.plans_interview(person, "Iris Okoye")
    planned = firm.mail(firm.iris, f"Panel interview: {name}")
    firm.iris.writes_scorecard(link_in(planned, r"/seats/\d+/scorecard"), skills=SKILLS)


def put_forward_without_worker_and_broker(firm: Firm, number: str, name: str) -> Received:
    """The recruiter submits a shortlist while both are dead; returns the mail that comes once they are back."""
    with firm.server.nothing_restarts():
        firm.tara.puts_forward(
            number, name, note="One for you.", words="Would start in May.", before=firm.kill_worker_and_broker
        )
        assert firm.readiness() == "degraded"
        assert not [mail for mail in firm.sink.to(firm.rolf.email) if mail.subject.startswith("Shortlist")]
    return firm.mail(firm.rolf, "Shortlist for")


def offer_and_hire(firm: Firm, person: str, name: str) -> None:
    """From the offer's draft to the acceptance, which the recruiter records just after the worker was killed."""
    offer = firm.tara.prepares_offer(person, salary="95000", until=date(2027, 3, 19))
    asked = firm.mail(firm.rolf, "Tara Kessler asks for your approval: Offer to")
    firm.rolf.approves(link_in(asked, r"/approvals/\d+/decision"))
    firm.tara.extends(offer)
    firm.tara.records_acceptance(offer, name, before=firm.kill_worker)


def assert_nothing_went_wrong(firm: Firm) -> None:
    """No mail came twice, no page failed, and the records agree with each other."""
    ids = Counter(str(mail.message["Message-ID"]) for mail in firm.sink.received)
    assert {key: count for key, count in ids.items() if count > 1} == {}
    said = Counter((mail.recipients, mail.subject) for mail in firm.sink.received)
    assert {key: count for key, count in said.items() if count > 1} == {}
    assert [fault for person in firm.people for fault in person.faults] == []
    firm.does("verify")


@pytest.mark.parametrize("firm", ["sqlite"], indirect=True)
def test_from_an_empty_installation_to_a_hire_and_the_weekly_summary(firm: Firm, tmp_path: Path) -> None:
    tara, rolf = firm.tara, firm.rolf
    file = tmp_path / "people.csv"
    file.write_text(CSV)

    firm.begins(WEDNESDAY)
    firm.olga.set_up()
    firm.olga.invites(tara.name, tara.email, "Recruiter")
    tara.takes_up(link_in(firm.mail(tara, "Olga Brandt invites you"), r"/set-password/\S+"))
    firm.adds_by_console(rolf, "hiring_manager")
    firm.adds_by_console(firm.iris, "interviewer")
    # As beat has it done every five minutes; from now on each of them has a Monday to wait for.
    assert firm.does("tick", "summaries") == "summaries: 0"
    number = open_requisition(firm)

    ingrid = tara.adds(number, "Ingrid Solheim", "ingrid@example.org", since="2027-02-24T09:00")
    lukas = tara.adds(number, "Lukas Brandt", "lukas@example.org")
    tara.imports(number, file, people=3, left_out=1)
    tara.drags(number, "Ingrid Solheim", "Screening")
    tara.moves_to(number, "Wei Zhang", "Screening")
    tara.rejects(lukas, "Lukas Brandt", "Lacks a must-have skill")
    tara.undoes()
    tara.sees("Identified")
    tara.moves_on(ingrid, "Ingrid Solheim", "Panel interview")
    vet(firm, ingrid, "Ingrid Solheim")
    submitted = put_forward_without_worker_and_broker(firm, number, "Ingrid Solheim")
    rolf.looks_at_shortlist(link_in(submitted, r"/shortlists/\d+"), ["One for you.", "Would start in May."])

    firm.goes_on(FRIDAY)
    assert firm.does("tick", "reminders") == "reminders: 1"
    reminder = firm.mail(rolf, "Ingrid Solheim waits for your decision")
    assert f"On the shortlist of {number}, {TITLE} for 2 days." in reminder.text
    rolf.approves_entry(link_in(reminder, r"/shortlists/\d+"), "Ingrid Solheim")
    firm.mail(tara, "Ingrid Solheim is approved for Preparing offer")
    offer_and_hire(firm, ingrid, "Ingrid Solheim")
    tara.decides_on_the_rest(
        {
            "Lukas Brandt": "Reject: lacks a must-have skill",
            "Amina Diallo": "Close, it is filled",
            "Tomás Herrera": "Close, it is filled",
            "Wei Zhang": "Leave for later",
        }
    )
    tara.sees("Filled")
    tara.waits_to_see("9 days to hire", at="/")

    firm.goes_on(MONDAY)
    assert firm.does("tick", "reminders") == "reminders: 0"
    assert firm.does("tick", "summaries") == "summaries: 3"
    assert firm.does("tick", "summaries") == "summaries: 0"
    for reader in (firm.olga, tara, rolf):
        summary = firm.mail(reader, "Your week")
        assert "2 moved forward, 1 hired" in summary.subject
        assert_week_is_told(summary, number)
    assert_nothing_went_wrong(firm)


def assert_week_is_told(summary: Received, number: str) -> None:
    """The numbers of the week, in both parts of the mail."""
    text = summary.text
    assert text.startswith("Week of 1 to 7 March 2027")
    for line in (
        "1 active (4 new)",
        "2 moved forward (3 lost)",
        "1 hired (in 9 days)",
        "9 days to hire (all of 12 months, n = 1)",
        f"{number}, {TITLE}",
        "Filled · ",
        "1 of 1 filled",
        "3 lost: 1 rejected, 2 closed.",
        "Hired: Ingrid Solheim, after 9 days.",
        "Moved: Wei Zhang to Screening.",
    ):
        assert line in text, text
    assert "Ingrid Solheim" in summary.html
    assert "after 9 days" in summary.html


@pytest.mark.parametrize("firm", ["postgresql"], indirect=True)
def test_from_a_requisition_to_a_hire_on_postgresql(firm: Firm) -> None:
    firm.begins(WEDNESDAY)
    firm.adds_by_console(firm.tara, "recruiter")
    firm.adds_by_console(firm.rolf, "hiring_manager")
    firm.adds_by_console(firm.iris, "interviewer")
    firm.tara.sign_in()
    number = open_requisition(firm)

    ingrid = firm.tara.adds(number, "Ingrid Solheim", "ingrid@example.org", since="2027-02-24T09:00")
    firm.tara.drags(number, "Ingrid Solheim", "Panel interview")
    vet(firm, ingrid, "Ingrid Solheim")
    submitted = put_forward_without_worker_and_broker(firm, number, "Ingrid Solheim")
    firm.rolf.approves_entry(link_in(submitted, r"/shortlists/\d+"), "Ingrid Solheim")
    offer_and_hire(firm, ingrid, "Ingrid Solheim")
    firm.tara.waits_to_see("7 days to hire", at="/")
    assert_nothing_went_wrong(firm)
