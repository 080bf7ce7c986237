"""The worked example as rows: computed by the tick after each hire, dropped when one is undone, computed again."""

from dataclasses import replace
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import select

from tests.factories.accounts import make_user
from tests.factories.histories import store_history
from tests.unit.metrics.builders import at
from tests.unit.metrics.test_worked_example import (
    ADA,
    AGAIN,
    BEN,
    BEN_ACCEPTED,
    BEN_UNHIRED,
    CLEO,
    CLEO_ACCEPTED,
    FIRST,
    HOLD,
    SECOND,
)
from tracker.accounts.states import Role
from tracker.core import ticks
from tracker.core.db import db, transaction
from tracker.core.registry import get_registry
from tracker.metrics import queries
from tracker.metrics.checks import hire_figures_faults
from tracker.metrics.models import HireFigures
from tracker.metrics.operations import compute_all
from tracker.metrics.records import Holder, WaitRecord
from tracker.metrics.words import spread_headline, spread_label
from tracker.offers.models import Hire
from tracker.pipeline.models import Application, Wait
from tracker.requisitions.models import Hold, Requisition, Spell, TeamMember
from tracker.requisitions.states import SpellEnd, TeamPart

YEAR_END = at("2026-12-31")


def stored() -> list[tuple[int, int, int]]:
    """Days to hire, days to fill gross and net of each hire, in the order of acceptance."""
    rows = db.session.scalars(select(HireFigures).order_by(HireFigures.accepted_at))
    return [(row.days_to_hire, row.days_to_fill_gross, row.days_to_fill_net) for row in rows]


def hired() -> None:
    """Ada and Ben have accepted; Cleo is on her way."""
    store_history((ADA, BEN, replace(CLEO, offers=())), (FIRST, SECOND), [HOLD])


def test_hired_undone_and_hired_again(app: Flask) -> None:
    hired()
    assert ticks.run("hire_figures") == 2
    assert stored() == [(41, 46, 36), (26, 53, 43)]

    with transaction():
        ben = db.session.scalars(select(Hire).where(Hire.accepted_at == BEN_ACCEPTED)).one()
        ben.voided_at = ben.spell.voided_at = BEN_UNHIRED
        ben.spell.end = SpellEnd.VOIDED
        again = Spell(opening_id=ben.spell.opening_id, opened_at=AGAIN.opened_at)
        db.session.add(again)
    assert ticks.run("hire_figures") == 1
    assert stored() == [(41, 46, 36)]
    summary = queries.days_to_hire(queries.all_requisitions(), until=YEAR_END)
    assert (summary.n, spread_headline(summary), spread_label(summary)) == (1, "41", "in 12 months, n = 1")

    store_cleo(again.id)
    assert ticks.run("hire_figures") == 1
    assert stored() == [(41, 46, 36), (48, 27, 27)]
    assert queries.days_to_hire(queries.all_requisitions(), until=YEAR_END).values == (41, 48)
    assert queries.days_to_fill(queries.all_requisitions(), until=YEAR_END).values == (27, 46)
    assert queries.days_to_fill(queries.all_requisitions(), until=YEAR_END, net=True).values == (27, 36)
    assert list(hire_figures_faults()) == []


def store_cleo(spell_id: int) -> None:
    """Cleo accepts, and fills the spell that Ben's unhire began."""
    with transaction():
        spell = db.session.get_one(Spell, spell_id)
        spell.ended_at, spell.end = CLEO_ACCEPTED, SpellEnd.FILLED
        cleo = db.session.scalars(select(Application).where(Application.started_at == CLEO.started_at)).one()
        template = db.session.scalars(select(Hire)).first()
        assert template
        version = type(template.offer_version)(
            number=1,
            state=CLEO.offers[0].state,
            salary=90_000,
            currency="EUR",
            created_at=CLEO_ACCEPTED,
            extended_at=CLEO_ACCEPTED,
            resolved_at=CLEO_ACCEPTED,
        )
        offer = type(template.offer_version.offer)(application_id=cleo.id, created_at=CLEO_ACCEPTED, versions=[version])
        db.session.add(offer)
        db.session.add(
            Hire(
                application_id=cleo.id,
                spell_id=spell_id,
                offer_version=version,
                accepted_at=CLEO_ACCEPTED,
                recorded_at=CLEO_ACCEPTED,
            )
        )


def test_a_year_is_twelve_months_of_the_organisations_calendar(app: Flask) -> None:
    hired()
    ticks.run("hire_figures")
    last_to_count = BEN_ACCEPTED.replace(year=2027)
    assert queries.days_to_hire(queries.all_requisitions(), until=last_to_count).values == (26,)
    assert queries.days_to_hire(queries.all_requisitions(), until=last_to_count + timedelta(seconds=1)).n == 0


def test_records_that_contradict_themselves_spoil_only_their_own_hire(app: Flask) -> None:
    hired()
    ticks.run("hire_figures")
    with transaction():
        ben = db.session.scalars(select(Application).where(Application.started_at == BEN.started_at)).one()
        ben.started_at = BEN_ACCEPTED + timedelta(days=1)
    assert compute_all() == 1
    assert stored() == [(41, 46, 36)]
    [line] = hire_figures_faults()
    assert "is before" in line


def test_an_earlier_hold_that_is_written_down_later_counts_the_same_night(app: Flask) -> None:
    hired()
    ticks.run("hire_figures")
    with transaction():
        requisition_id = db.session.scalars(select(Requisition.id)).one()
        db.session.add(
            Hold(requisition_id=requisition_id, held_at=at("2026-01-20T09:00"), resumed_at=at("2026-01-25T09:00"))
        )
    assert ticks.run("metrics_nightly") == 2
    assert stored() == [(41, 46, 31), (26, 53, 38)]


def test_whose_days_they_were_follows_the_hiring_team(app: Flask) -> None:
    asked = WaitRecord(Holder.CANDIDATE, at("2026-01-15T09:00"), at("2026-01-20T09:00"), set_by_person=True)
    store_history((replace(ADA, waits=(asked,)),), (FIRST,))
    ticks.run("hire_figures")
    figures = db.session.scalars(select(HireFigures)).one()
    assert (figures.waiting["candidate"], figures.waiting["recruiter"]) == (5, 36)

    maya = make_user(Role.HIRING_MANAGER)
    with transaction():
        db.session.scalars(select(Wait)).one().user_id = maya.id
    ticks.run("metrics_nightly")
    assert waiting()["interviewers"] == 5, "one of us without a part in the team was asked for a judgement"

    with transaction():
        requisition = db.session.scalars(select(Requisition)).one()
        requisition.team_members.append(TeamMember(user_id=maya.id, part=TeamPart.HIRING_MANAGER))
        db.session.flush()
        for callback in get_registry().on_requisition_changed:
            callback(requisition)
    assert (waiting()["hiring_manager"], waiting()["interviewers"]) == (5, 0)


def waiting() -> dict[str, int]:
    """Whose days Ada's were."""
    db.session.expire_all()
    return dict(db.session.scalars(select(HireFigures)).one().waiting)


def test_first_contact_goes_back_along_transfers(app: Flask) -> None:
    earlier = replace(ADA, id=9, requisition_id=2, started_at=datetime.fromisoformat("2025-12-31T12:00:00+00:00"))
    earlier = replace(earlier, offers=(), changes=BEN.changes)
    other = replace(FIRST, id=9, requisition_id=2, opening_id=201, ended_at=None, end=None)
    store_history((earlier, replace(ADA, transferred_from_id=9)), (other, FIRST))
    ticks.run("hire_figures")
    figures = db.session.scalars(select(HireFigures)).one()
    assert (figures.days_to_hire, figures.days_from_first_contact) == (41, 51)
