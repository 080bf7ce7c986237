"""Reading what is known of an application: who judged which skill how, and what nobody has assessed yet.

Decisions rest on live_evidence(). Every page, mail and export that shows ratings reads them through for_reader() or
frozen_for_reader(), which keep the independence of whoever still owes a scorecard.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy import bindparam, func, select

from tracker.accounts.models import User, short_name
from tracker.candidates.models import CandidateFile, FileKind
from tracker.core.db import db, read_rows
from tracker.pipeline.models import Application
from tracker.requisitions.models import ChecklistItem, Requisition
from tracker.requisitions.states import Need
from tracker.vetting.facts import Evidence, Exemption, ItemEvidence, Judgement, Resume, Terms, Verdict
from tracker.vetting.models import (
    EvidenceSnapshot,
    Interview,
    InterviewSeat,
    Scorecard,
    ScorecardRating,
    ShortlistEntry,
    Waiver,
)
from tracker.vetting.snapshots import thaw
from tracker.vetting.states import InterviewState, Rating


def evidence_of(application: Application) -> Evidence:
    """The live evidence of one application, with the waivers of its latest shortlist entry. Nothing is withheld."""
    return live_evidence([application])[application.id]


def live_evidence(
    applications: Sequence[Application], *, entries: Iterable[ShortlistEntry] | None = None
) -> dict[int, Evidence]:
    """The live evidence by application id, in a fixed number of statements; for rules, so nothing is withheld.

    `entries`: the shortlist entries whose waivers count; by default the latest of each application.
    """
    ids = [application.id for application in applications]
    if not ids:
        return {}
    checklists = _checklists({application.requisition_id for application in applications})
    cards = _submitted_cards(ids)
    judgements = _judgements(ids)
    waivers = _waivers(ids, entries)
    terms = _terms(ids)
    found: dict[int, Evidence] = {}
    for application in applications:
        rated = judgements[application.id]
        items = tuple(
            ItemEvidence(
                item_id=item.id,
                title=item.title,
                description=item.description,
                need=item.need,
                judgements=tuple(rated[item.id]),
                exemption=waivers.get((application.id, item.id)),
                assessed_by=sum(judgement.rating.is_assessment for judgement in rated[item.id]),
            )
            for item in checklists[application.requisition_id]
        )
        verdicts = tuple(cards[application.id])
        found[application.id] = Evidence(
            application_id=application.id,
            items=items,
            verdicts=verdicts,
            verdict_count=len(verdicts),
            terms=terms[application.id],
        )
    return found


def for_reader(
    user: User, applications: Sequence[Application], *, entries: Iterable[ShortlistEntry] | None = None
) -> dict[int, Evidence]:
    """The live evidence by application id, as `user` may see it: every reader of ratings comes through here.

    On an application for which they still owe a scorecard, the ratings, words and recommendations of others are left
    out and only the counts remain. `entries` as in live_evidence().
    """
    return _as_seen_by(user, live_evidence(applications, entries=entries))


def frozen_for_reader(
    user: User, snapshots: Mapping[int, EvidenceSnapshot]
) -> dict[int, tuple[EvidenceSnapshot, Evidence]]:
    """Snapshots by application id, as `user` may see them: the same independence as for_reader()."""
    thawed = {key: thaw(key, snapshot.evidence) for key, snapshot in snapshots.items() if snapshot.evidence}
    return {key: (snapshots[key], seen) for key, seen in _as_seen_by(user, thawed).items()}


def owes_scorecard(user: User, application_ids: Iterable[int]) -> set[int]:
    """On which of these applications the user owes a scorecard: a seat that asks for one, and none submitted."""
    wanted = list(application_ids)
    if not wanted:
        return set()
    return set(
        db.session.scalars(
            select(Interview.application_id)
            .join(InterviewSeat, InterviewSeat.interview_id == Interview.id)
            .outerjoin(Scorecard, Scorecard.seat_id == InterviewSeat.id)
            .where(
                Interview.application_id.in_(wanted),
                Interview.state != InterviewState.CANCELLED,
                InterviewSeat.user_id == user.id,
                InterviewSeat.scorecard_due_at.is_not(None),
                Scorecard.submitted_at.is_(None),
            )
        )
    )


_MUST_HAVE = (ChecklistItem.need == Need.MUST_HAVE) & ChecklistItem.removed_at.is_(None)
_MUST_HAVES = (
    select(ChecklistItem.requisition_id, func.count())
    .where(ChecklistItem.requisition_id.in_(bindparam("requisitions", expanding=True)), _MUST_HAVE)
    .group_by(ChecklistItem.requisition_id)
)
_ASSESSED = (
    select(Scorecard.application_id, func.count(ScorecardRating.item_id.distinct()))
    .join(ScorecardRating, ScorecardRating.scorecard_id == Scorecard.id)
    .join(ChecklistItem, ChecklistItem.id == ScorecardRating.item_id)
    .where(
        Scorecard.application_id.in_(bindparam("applications", expanding=True)),
        Scorecard.submitted_at.is_not(None),
        ScorecardRating.rating != Rating.NOT_ASSESSED,
        _MUST_HAVE,
    )
    .group_by(Scorecard.application_id)
)


def count_must_haves(requisition_ids: Iterable[int]) -> dict[int, int]:
    """How many must-haves are on the checklists of these requisitions; one without any is left out."""
    rows = read_rows(_MUST_HAVES, {"requisitions": list(requisition_ids)})
    return {row[0]: row[1] for row in rows}


def count_assessed(application_ids: Iterable[int]) -> dict[int, int]:
    """How many must-haves somebody assessed of each application; one of which none was is left out."""
    rows = read_rows(_ASSESSED, {"applications": list(application_ids)})
    return {row[0]: row[1] for row in rows}


# --- the statements -------------------------------------------------------------------------------------------------


def _as_seen_by(user: User, found: dict[int, Evidence]) -> dict[int, Evidence]:
    blind = owes_scorecard(user, found)
    return {key: _withhold(evidence, user.id) if key in blind else evidence for key, evidence in found.items()}


def _withhold(evidence: Evidence, user_id: int) -> Evidence:
    return replace(
        evidence,
        items=tuple(
            replace(item, judgements=tuple(given for given in item.judgements if given.assessor_id == user_id))
            for item in evidence.items
        ),
        verdicts=tuple(verdict for verdict in evidence.verdicts if verdict.assessor_id == user_id),
        withheld=True,
    )


def _checklists(requisition_ids: set[int]) -> dict[int, list[ChecklistItem]]:
    checklists: defaultdict[int, list[ChecklistItem]] = defaultdict(list)
    for item in db.session.scalars(
        select(ChecklistItem)
        .where(ChecklistItem.requisition_id.in_(requisition_ids), ChecklistItem.removed_at.is_(None))
        .order_by(ChecklistItem.position, ChecklistItem.id)
    ):
        checklists[item.requisition_id].append(item)
    return checklists


def _submitted_cards(application_ids: list[int]) -> dict[int, list[Verdict]]:
    cards: defaultdict[int, list[Verdict]] = defaultdict(list)
    for card, name in db.session.execute(
        select(Scorecard, User.name)
        .join(User, User.id == Scorecard.assessor_id)
        .where(Scorecard.application_id.in_(application_ids), Scorecard.submitted_at.is_not(None))
        .order_by(Scorecard.submitted_at, Scorecard.id)
    ):
        if card.recommendation is None or card.submitted_at is None:
            continue  # A constraint says that this cannot be; the types do not know it.
        cards[card.application_id].append(
            Verdict(
                scorecard_id=card.id,
                assessor_id=card.assessor_id,
                assessor=short_name(name),
                recommendation=card.recommendation,
                summary=card.summary,
                submitted_at=card.submitted_at,
            )
        )
    return cards


def _judgements(application_ids: list[int]) -> Mapping[int, Mapping[int, list[Judgement]]]:
    found: defaultdict[int, defaultdict[int, list[Judgement]]] = defaultdict(lambda: defaultdict(list))
    for rating, application_id, assessor_id, name in db.session.execute(
        select(ScorecardRating, Scorecard.application_id, Scorecard.assessor_id, User.name)
        .join(Scorecard, Scorecard.id == ScorecardRating.scorecard_id)
        .join(User, User.id == Scorecard.assessor_id)
        .where(
            Scorecard.application_id.in_(application_ids),
            Scorecard.submitted_at.is_not(None),
            # "Not assessed" says nothing, unless somebody wrote why.
            (ScorecardRating.rating != Rating.NOT_ASSESSED) | (ScorecardRating.evidence != ""),
        )
        .order_by(Scorecard.submitted_at, Scorecard.id)
    ):
        found[application_id][rating.item_id].append(
            Judgement(
                scorecard_id=rating.scorecard_id,
                assessor_id=assessor_id,
                assessor=short_name(name),
                rating=rating.rating,
                words=rating.evidence,
            )
        )
    return found


def _waivers(application_ids: list[int], entries: Iterable[ShortlistEntry] | None) -> dict[tuple[int, int], Exemption]:
    if entries is None:
        entry_ids = list(
            db.session.scalars(
                select(func.max(ShortlistEntry.id))
                .where(ShortlistEntry.application_id.in_(application_ids))
                .group_by(ShortlistEntry.application_id)
            )
        )
    else:
        entry_ids = [entry.id for entry in entries]
    return {
        (application_id, waiver.item_id): Exemption(
            waiver_id=waiver.id, by=short_name(name), reason=waiver.reason, at=waiver.waived_at
        )
        for waiver, application_id, name in db.session.execute(
            select(Waiver, ShortlistEntry.application_id, User.name)
            .join(ShortlistEntry, ShortlistEntry.id == Waiver.entry_id)
            .join(User, User.id == Waiver.waived_by_id)
            .where(Waiver.entry_id.in_(entry_ids))
        )
    }


def _terms(application_ids: list[int]) -> dict[int, Terms]:
    rows = db.session.execute(
        select(
            Application.id,
            Application.candidate_id,
            Application.salary_wish,
            Application.salary_currency,
            Application.notice,
            Application.work_permit,
            Application.competing_deadline,
            Requisition.salary_from,
            Requisition.salary_to,
            Requisition.currency,
        )
        .join(Requisition, Requisition.id == Application.requisition_id)
        .where(Application.id.in_(application_ids))
    ).all()
    resumes = {
        file.candidate_id: Resume(file_id=file.id, name=file.name, sha256=file.sha256)
        for file in db.session.scalars(
            select(CandidateFile)
            .where(
                CandidateFile.candidate_id.in_({row.candidate_id for row in rows}),
                CandidateFile.kind == FileKind.RESUME,
            )
            .order_by(CandidateFile.id)
        )
    }
    return {
        row.id: Terms(
            salary_wish=row.salary_wish,
            salary_currency=row.salary_currency,
            range_from=row.salary_from,
            range_to=row.salary_to,
            range_currency=row.currency,
            notice=row.notice,
            work_permit=row.work_permit,
            competing_deadline=row.competing_deadline,
            resume=resumes.get(row.candidate_id),
        )
        for row in rows
    }
