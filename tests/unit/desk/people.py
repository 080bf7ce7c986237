"""A requisition with people of every sort, and what each filter would leave of them, told in plain Python."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, insert

from tests.factories.accounts import make_user
from tests.factories.candidates import make_candidate
from tests.factories.pipeline import make_application, make_open_requisition
from tracker.accounts.models import User
from tracker.accounts.states import Role
from tracker.candidates.models import Candidate, CandidateTag
from tracker.candidates.tagging import tag_candidates
from tracker.core import clock
from tracker.core.db import db, transaction
from tracker.desk.filters import ANY, ME, NOBODY, Filter
from tracker.pipeline.models import Application, ApplicationCard
from tracker.pipeline.refresh import refresh
from tracker.pipeline.states import SourceKind
from tracker.requisitions.models import ChecklistItem, Requisition
from tracker.requisitions.states import Need, StageKind
from tracker.vetting.models import Scorecard, ScorecardRating
from tracker.vetting.states import Rating, Recommendation

FIRST = ("Ada", "Ben", "Çelik", "Dörte", "Eve")
LAST = ("Adams", "Benson", "Lind", "Østergård")
PLACES = (
    ("Lyon, France", "Europe/Paris"),
    ("São Paulo", "America/Sao_Paulo"),
    ("New York", "America/New_York"),
    ("", "Europe/Berlin"),
    ("", ""),
)
SOURCES = ("LinkedIn", "linkedin", "Careers page", "")
TAGS = ("relocation", "backup", "conference 2026")
STAGES = (StageKind.IDENTIFIED, StageKind.APPLIED, StageKind.SCREENING, StageKind.INTERVIEW)


@dataclass(frozen=True)
class Somebody:
    """What is known of one person, as the oracle looks at it."""

    application_id: int
    name: str
    company: str
    email: str
    place: str
    zone: str
    kind: SourceKind
    source: str
    stage: StageKind
    entered: datetime
    late: bool
    recruiter: int | None
    waits_on: int | None
    tags: frozenset[int]
    assessed: frozenset[int]
    contacted: datetime | None


@dataclass
class Crowd:
    """The requisition, its people, and what can be asked for."""

    requisition: Requisition
    reader: User
    other: User
    items: list[int] = field(default_factory=list)
    tags: list[int] = field(default_factory=list)
    people: list[Somebody] = field(default_factory=list)


def make_crowd(count: int = 40) -> Crowd:
    """So many people, of whom no two are alike in everything; and some in another requisition, who must never show."""
    reader, other = make_user(Role.RECRUITER, name="Tara Kessler"), make_user(Role.RECRUITER, name="Bo Okoye")
    crowd = Crowd(make_open_requisition(reader), reader, other)
    elsewhere = make_application(make_open_requisition(reader), candidate=make_candidate("Ada Elsewhere"), actor=reader)
    with transaction():
        # What the role brings would always be missing, and so tell nobody apart.
        db.session.execute(delete(ChecklistItem).where(ChecklistItem.requisition_id == crowd.requisition.id))
        for position, need in enumerate((Need.MUST_HAVE, Need.MUST_HAVE, Need.NICE_TO_HAVE), start=1):
            item = ChecklistItem(
                requisition_id=crowd.requisition.id,
                position=position,
                key=f"k{position}",
                title=f"Skill {position}",
                need=need,
            )
            db.session.add(item)
            db.session.flush()
            crowd.items.append(item.id)
        person = db.session.get_one(Candidate, elsewhere.candidate_id)
        crowd.tags = [tag for _, tag in tag_candidates([person], TAGS, actor=reader)]
    applications = [_one(crowd, number) for number in range(count)]
    with transaction():
        refresh([db.session.get_one(Application, each.id) for each in applications])
    crowd.people = [_somebody(crowd, each.id) for each in applications]
    return crowd


def _one(crowd: Crowd, number: int) -> Application:
    place, zone = PLACES[number % 5]
    candidate = make_candidate(
        f"{FIRST[number % 5]} {LAST[number % 4]}",
        company="Lindgren & Co" if number % 7 == 0 else "Orchid",
        location=place,
        timezone=zone,
    )
    application = make_application(
        crowd.requisition,
        candidate=candidate,
        stage=STAGES[number % 4],
        source_kind=tuple(SourceKind)[number % 3],
        source=SOURCES[(number // 2) % 4],
        days_ago=(number * 3) % 40 + 0.5,
        actor=crowd.reader if number % 3 else crowd.other,
    )
    with transaction():
        application = db.session.get_one(Application, application.id)
        if number % 11 == 0:
            application.recruiter_id = None
        chosen = [tag for bit, tag in enumerate(crowd.tags) if number & (1 << bit)]
        if chosen:
            rows = [{"candidate_id": candidate.id, "tag_id": tag, "since": clock.now()} for tag in chosen]
            db.session.execute(insert(CandidateTag), rows)
        for bit, item in enumerate(crowd.items):
            _rate(crowd, application, item, number, bit)
    return application


def _rate(crowd: Crowd, application: Application, item: int, number: int, bit: int) -> None:
    """Some are rated, some are rated as not assessed, some in a draft that counts for nothing."""
    if not (number >> 2) & (1 << bit):
        return
    draft = number % 13 == 0
    db.session.add(
        Scorecard(
            application_id=application.id,
            assessor_id=crowd.other.id,
            recommendation=None if draft else Recommendation.YES,
            created_at=clock.now(),
            submitted_at=None if draft else clock.now(),
            ratings=[ScorecardRating(item_id=item, rating=Rating.NOT_ASSESSED if number % 5 == 0 else Rating.NO)],
        )
    )


def _somebody(crowd: Crowd, application_id: int) -> Somebody:
    application = db.session.get_one(Application, application_id)
    candidate, card = application.candidate, db.session.get_one(ApplicationCard, application_id)
    rated = db.session.query(ScorecardRating.item_id).join(Scorecard).filter(
        Scorecard.application_id == application_id,
        Scorecard.submitted_at.is_not(None),
        ScorecardRating.rating != Rating.NOT_ASSESSED,
    )  # fmt: skip
    tags = db.session.query(CandidateTag.tag_id).filter(CandidateTag.candidate_id == candidate.id)
    late = application.stage.limit_days is not None and card.late_from is not None and card.late_from <= clock.now()
    return Somebody(
        application_id=application_id,
        name=candidate.name,
        company=candidate.company,
        email=candidate.email or "",
        place=candidate.location,
        zone=candidate.timezone,
        kind=application.source_kind,
        source=application.source,
        stage=application.stage.kind,
        entered=application.stage_entered_at,
        late=late,
        recruiter=application.recruiter_id,
        waits_on=card.waits_on_user_id,
        tags=frozenset(row[0] for row in tags),
        assessed=frozenset(row[0] for row in rated),
        contacted=card.last_contact_at,
    )


#: Letters of the names above without their marks, as somebody types them.
PLAIN = str.maketrans("çøåãö", "coaao")


def _words(*texts: str) -> list[str]:
    plain = " ".join(texts).casefold().translate(PLAIN)
    return "".join(sign if sign.isalnum() else " " for sign in plain).split()


def _begins(typed: str, *texts: str) -> bool:
    words = _words(*texts)
    return all(any(word.startswith(part) for word in words) for part in _words(typed))


def left_by(chosen: Filter, crowd: Crowd) -> set[int]:
    """The applications that the filter should leave, by looking at each person."""
    return {each.application_id for each in crowd.people if _fits(each, chosen, crowd)}


def _fits(each: Somebody, chosen: Filter, crowd: Crowd) -> bool:
    asked_tags = set(chosen.tags)
    recruiter = {"": each.recruiter, ME: crowd.reader.id, NOBODY: None}.get(chosen.recruiter, chosen.item_id)
    if chosen.recruiter.isdigit():
        recruiter = int(chosen.recruiter)
    must_haves = set(crowd.items[:2])
    item = chosen.item_id
    return all(
        (
            not chosen.mine or each.waits_on == crowd.reader.id,
            not chosen.late or each.late,
            not chosen.kinds or each.kind in chosen.kinds,
            not chosen.source or each.source.lower() == chosen.source.lower(),
            not asked_tags or (asked_tags <= each.tags if chosen.all_tags else bool(asked_tags & each.tags)),
            chosen.missing != ANY or not must_haves <= each.assessed,
            item is None or (item in crowd.items and item not in each.assessed),
            not chosen.region or (bool(_words(chosen.region)) and _begins(chosen.region, each.place, each.zone)),
            each.recruiter == recruiter,
            not chosen.q or (bool(_words(chosen.q)) and _begins(chosen.q, each.name, each.company, each.email)),
        )
    )
