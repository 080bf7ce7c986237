"""Files of other systems are brought in whole, once, and whatever happens in between."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.conftest import Client
from tests.factories.accounts import make_user
from tests.factories.pipeline import make_open_requisition
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.candidates.models import Candidate, CandidateImport, CandidateNote, ImportState
from tracker.candidates.queries import search
from tracker.core.db import db, transaction
from tracker.core.errors import Conflict, NotVisible, Refused
from tracker.core.registry import get_registry
from tracker.core.trying import LONGEST_PAUSE, TELL_AFTER
from tracker.history.models import Event
from tracker.history.sentences import describe
from tracker.mail.models import OutboxMessage
from tracker.pipeline import import_files, import_work, imports
from tracker.pipeline.bulk_start import start_many
from tracker.pipeline.imports import Settled
from tracker.pipeline.mails import IMPORT_STOPPED
from tracker.pipeline.models import Application, ApplicationCard, StageChange, Wait
from tracker.pipeline.states import SourceKind
from tracker.requisitions.models import Requisition, Stage
from tracker.requisitions.operations_life import close_requisition

DATA = Path(__file__).parents[2] / "data" / "import"


def hand_over(requisition: Requisition, actor: User, data: bytes, **changes: Any) -> CandidateImport:
    settled = imports.read_file(data)
    with transaction():
        return imports.create_import(
            requisition,
            sha256=import_files.keep(data),
            file_name="people.csv",
            settled=Settled(**{**settled.__dict__, **changes}),
            actor=actor,
        )


def count(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def table(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def test_two_thousand_people_come_in_and_none_of_them_twice(app: Flask) -> None:
    tara = make_user(Role.RECRUITER)
    requisition = make_open_requisition(tara)
    data = (DATA / "candidates-greenhouse-style.csv").read_bytes()
    first = hand_over(requisition, tara, data)
    assert imports.report_of(first, requisition).counts == {"new": 2000, "mended": 0}
    assert count(Candidate) == 0, "a dry run writes nobody"
    done = import_work.import_all(first, actor=tara)
    assert (done.state, done.counts, done.left_out) == (ImportState.DONE, {"new": 2000, "mended": 0}, [])
    for model in (Candidate, Application, StageChange, ApplicationCard, Wait):
        assert count(model) == 2000, model
    assert [found.name for found in search(tara, "jindriska maly")] == ["Jindřiška Malý"]
    kinds = Counter(db.session.scalars(select(Application.source_kind)))
    assert kinds == {SourceKind.REFERRED: 232, SourceKind.APPLIED: 507, SourceKind.SOURCED: 1261}
    event = db.session.scalars(select(Event).where(Event.kind == "import.done")).one()
    assert describe(event) == f"imported 2,000 people into {requisition.number} from a file"

    again = import_work.import_all(hand_over(requisition, tara, data), actor=tara)
    assert again.counts == {"present": 2000, "mended": 0}
    other = make_open_requisition(tara)
    elsewhere = import_work.import_all(hand_over(other, tara, data), actor=tara)
    assert elsewhere.counts == {"known": 2000, "mended": 0}
    assert (count(Candidate), count(Application)) == (2000, 4000)


def test_the_spreadsheet_comes_in_as_its_truth_says(app: Flask) -> None:
    tara = make_user(Role.RECRUITER)
    requisition = make_open_requisition(tara)
    import_work.import_all(hand_over(requisition, tara, (DATA / "candidates-spreadsheet.csv").read_bytes()), actor=tara)
    rows = db.session.execute(
        select(Candidate, Application, Stage.key)
        .join(Application, Application.candidate_id == Candidate.id)
        .join(Stage, Stage.id == Application.stage_id)
    ).all()
    notes = {row[0]: row[1] for row in db.session.execute(select(CandidateNote.candidate_id, CandidateNote.body))}
    people = {candidate.email_key: (candidate, application, key) for candidate, application, key in rows}
    for person in json.loads((DATA / "candidates-spreadsheet.truth.json").read_text()):
        candidate, application, key = people[person["email"]]
        assert candidate.name == person["name"]
        assert (candidate.company, candidate.title) == (person["employer"], person["title"])
        assert key == "applied"
        assert application.source == person["source"]
        assert application.applied_at is not None
        assert application.started_at == application.applied_at == application.stage_entered_at
        # Noon in Berlin is the same day in UTC.
        assert application.applied_at.date().isoformat() == person["applied_on"]
        assert notes.get(candidate.id, "") == person["note"]
    assert sum(application.salary_wish is not None for _, application, _ in rows) == 272
    akinwale = people["akinwale.faleti@example.net"][1]
    assert (akinwale.salary_wish, akinwale.salary_currency) == (62_500, "EUR")


def test_of_the_messy_file_only_what_is_fit_comes_in(app: Flask) -> None:
    tara = make_user(Role.RECRUITER)
    requisition = make_open_requisition(tara)
    data = (DATA / "candidates-messy.csv").read_bytes()
    imported = import_work.import_all(hand_over(requisition, tara, data, mended=False), actor=tara)
    truth = json.loads((DATA / "candidates-messy.truth.json").read_text())
    assert imported.counts == {"new": truth["good_rows"], "refused": 53, "empty": 2, "mended": 0}
    assert [row[0] for row in imported.left_out] == [row["starts_on_line"] for row in truth["bad_rows"]]
    mended = import_work.import_all(hand_over(requisition, tara, data), actor=tara)
    assert mended.counts == {"new": 10, "present": 65, "refused": 43, "empty": 2, "mended": 10}
    assert count(Candidate) == count(Application) == 75


def test_a_stage_can_be_chosen_for_everybody(app: Flask) -> None:
    tara = make_user(Role.RECRUITER)
    requisition = make_open_requisition(tara)
    contacted = next(stage for stage in requisition.stages if stage.key == "contacted")
    data = table("Name,Email", "Ada,ada@example.org")
    import_work.import_all(hand_over(requisition, tara, data, stage_id=contacted.id), actor=tara)
    application = db.session.scalars(select(Application)).one()
    assert application.stage_id == contacted.id
    assert application.card.contacts_out == 1


def test_somebody_who_applies_today_is_not_from_the_future(app: Flask, time_machine: Any) -> None:
    time_machine.move_to(datetime(2026, 11, 23, 6, 0, tzinfo=UTC), tick=False)
    tara = make_user(Role.RECRUITER)
    requisition = make_open_requisition(tara)
    data = table("Name,Email,Applied on", "Ada,ada@example.org,2026-11-23")
    import_work.import_all(hand_over(requisition, tara, data), actor=tara)
    assert db.session.scalars(select(Application.started_at)).one() == datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def many(number: int) -> bytes:
    return table("Name,Email", *(f"P{each},p{each}@example.org" for each in range(number)))


def test_people_without_addresses_come_in_once(app: Flask) -> None:
    tara = make_user(Role.RECRUITER)
    requisition = make_open_requisition(tara)
    data = table(
        "Name,Phone,LinkedIn", "Ada,+49 30 1234567,", "Ada,+49 30 7654321,", "Ben,,linkedin.com/in/ben", "Cleo,,"
    )
    done = import_work.import_all(hand_over(requisition, tara, data), actor=tara)
    assert done.counts == {"new": 4, "mended": 0}
    phones = db.session.execute(select(Candidate.name, Candidate.phone).order_by(Candidate.name, Candidate.phone))
    assert [tuple(row) for row in phones] == [
        ("Ada", "+49 30 1234567"), ("Ada", "+49 30 7654321"), ("Ben", None), ("Cleo", None),
    ]  # fmt: skip
    again = import_work.import_all(hand_over(requisition, tara, data), actor=tara)
    assert again.counts == {"present": 4, "mended": 0}


class Killed(BaseException):
    """Ends the work like a signal would."""


def leave_in_the_middle(imported: CandidateImport, actor: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin to write it in a process that is killed in the second share."""
    shares = []

    def die_in_the_second_share(*args: Any, **rest: Any) -> Any:
        shares.append(1)
        written = start_many(*args, **rest)
        if len(shares) == 2:
            raise Killed
        return written

    with monkeypatch.context() as patched, pytest.raises(Killed):
        patched.setattr("tracker.pipeline.import_work.start_many", die_in_the_second_share)
        import_work.import_all(imported, actor=actor)
    db.session.rollback()


def test_an_import_that_died_goes_on_where_it_stopped(
    app: Flask, monkeypatch: pytest.MonkeyPatch, time_machine: Any
) -> None:
    start = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
    time_machine.move_to(start)
    tara = make_user(Role.RECRUITER)
    requisition = make_open_requisition(tara)
    imported = hand_over(requisition, tara, many(500))
    leave_in_the_middle(imported, tara, monkeypatch)
    assert (imported.state, imported.next_row, count(Application)) == (ImportState.RUNNING, 200, 200)
    assert import_work.go_on() == 0, "it may still be at work"
    time_machine.move_to(start + timedelta(minutes=2))
    assert import_work.go_on() == 1
    assert (imported.state, imported.counts, count(Application)) == (ImportState.DONE, {"new": 500, "mended": 0}, 500)
    assert import_work.go_on() == 0


def test_an_import_that_a_fault_stops_is_tried_later_and_later_and_its_author_is_told_once(
    client: Client, monkeypatch: pytest.MonkeyPatch, time_machine: Any
) -> None:
    start = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
    time_machine.move_to(start, tick=False)
    tara = make_user(Role.RECRUITER, name="Tara Kessler")
    requisition = make_open_requisition(tara)
    data, other = many(500), make_open_requisition(tara)
    broken, sound = hand_over(requisition, tara, data), hand_over(other, tara, many(300))
    for imported in (broken, sound):
        leave_in_the_middle(imported, tara, monkeypatch)
    # As when somebody cleans up a disk.
    import_files.delete(broken.sha256)
    at, pauses = start + timedelta(minutes=2), []
    for tries in range(TELL_AFTER + 6):
        assert len(stopped()) == (tries >= TELL_AFTER)
        time_machine.move_to(at)
        with pytest.raises(NotVisible):
            import_work.go_on()
        assert broken.next_try_at is not None
        pauses.append(broken.next_try_at - at)
        time_machine.move_to(broken.next_try_at - timedelta(seconds=1))
        assert import_work.go_on() == 0
        at = broken.next_try_at
    assert (sound.state, sound.tries) == (ImportState.DONE, 0)
    assert pauses[:4] == [timedelta(minutes=2**n) for n in range(4)]
    assert pauses[-1] == LONGEST_PAUSE
    [message] = stopped()
    kind = get_registry().mail_kinds[IMPORT_STOPPED]
    assert (message.user_id, kind.still_true(message)) == (tara.id, True)
    mail = kind.render(message)
    assert mail.subject == f"The import into {requisition.number} has stopped"
    for part in (mail.text, mail.html):
        assert "300 of 500 lines are left" in part
        assert "people.csv" not in part
    assert f"http://localhost:8000/imports/{broken.id}" in mail.text
    client.sign_in(tara)
    assert "A fault of the server stopped this." in client.get(f"/imports/{broken.id}").text

    import_files.keep(data)
    time_machine.move_to(at)
    assert import_work.go_on() == 1
    assert (broken.state, broken.tries, broken.next_try_at) == (ImportState.DONE, 0, None)
    assert not kind.still_true(message)


def stopped() -> list[OutboxMessage]:
    return list(db.session.scalars(select(OutboxMessage).where(OutboxMessage.kind == IMPORT_STOPPED)))


def test_confirming_again_changes_nothing(app: Flask) -> None:
    tara = make_user(Role.RECRUITER)
    requisition = make_open_requisition(tara)
    imported = import_work.import_all(hand_over(requisition, tara, many(3)), actor=tara)
    again = import_work.import_all(imported, actor=tara)
    assert (again.counts, count(Application)) == ({"new": 3, "mended": 0}, 3)


def test_a_correction_counts_only_before_the_import_and_for_who_saw_the_last_one(app: Flask) -> None:
    tara = make_user(Role.RECRUITER)
    requisition = make_open_requisition(tara)
    imported = hand_over(requisition, tara, many(3))
    settled, seen = Settled.of(imported), imports.mark_of(imported)
    with transaction():
        imports.settle(imported, Settled(**{**settled.__dict__, "mended": False}), seen=seen)
    with pytest.raises(Conflict), transaction():
        imports.settle(imported, settled, seen=seen)
    import_work.import_all(imported, actor=tara)
    with pytest.raises(Refused), transaction():
        imports.settle(imported, settled, seen=imports.mark_of(imported))
    with pytest.raises(Refused), transaction():
        imports.discard(imported)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"Name,Email\n", "no people below"),
        (b"Ada,ada@example.org\nBen,ben@example.org\n", "first line holds a person"),
        (b"%PDF-1.7", "PDF"),
    ],
)
def test_what_is_no_table_of_people_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words) as refused:
        imports.read_file(data)
    assert list(refused.value.fields) == ["file"]


def test_nothing_comes_in_without_names_or_into_what_is_closed(app: Flask) -> None:
    tara = make_user(Role.RECRUITER, Role.ADMIN)
    requisition = make_open_requisition(tara)
    strange = hand_over(requisition, tara, table("Wer,Email", "Ada,ada@example.org"))
    with pytest.raises(Refused, match="holds the names"):
        import_work.import_all(strange, actor=tara)
    imported = hand_over(requisition, tara, many(2))
    with transaction():
        close_requisition(requisition, actor=tara, cancelled=True, reason="Budget")
    with pytest.raises(Refused):
        import_work.import_all(imported, actor=tara)
    assert count(Candidate) == 0


def test_files_are_deleted_after_two_weeks(app: Flask, time_machine: Any) -> None:
    start = datetime(2026, 11, 1, 6, 0, tzinfo=UTC)
    time_machine.move_to(start)
    tara = make_user(Role.RECRUITER)
    requisition = make_open_requisition(tara)
    done = import_work.import_all(hand_over(requisition, tara, many(1)), actor=tara)
    hand_over(requisition, tara, many(2))
    shared = hand_over(requisition, tara, many(1))
    assert import_work.sweep() == 0
    time_machine.move_to(start + timedelta(days=15))
    with transaction():
        shared.created_at = start + timedelta(days=10)
    assert import_work.sweep() == 2
    assert count(CandidateImport) == 2, "one that was never confirmed goes"
    assert import_files.path_of(done.sha256).exists(), "another import still needs the same file"
    time_machine.move_to(start + timedelta(days=30))
    assert import_work.sweep() == 1
    assert not import_files.path_of(done.sha256).exists()
    with pytest.raises(NotVisible):
        imports.table_of(done)
