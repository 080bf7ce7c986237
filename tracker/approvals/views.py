"""The page on which somebody agrees or declines; the mail leads here."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from tracker.accounts.models import User
from tracker.accounts.permissions import can, guarded, me
from tracker.approvals.forms import DecisionForm
from tracker.approvals.models import Approval
from tracker.approvals.operations import decide
from tracker.approvals.policy import barred_as_own, names, subject_of
from tracker.approvals.queries import approval_or_404, other_deciders, who_can_mend
from tracker.approvals.states import ApprovalState
from tracker.core.db import db, transaction
from tracker.core.errors import Conflict, Refused
from tracker.core.http import see_other
from tracker.core.templating import say

bp = Blueprint("approvals", __name__)


@bp.get("/approvals/<int:approval_id>/decision")
@guarded("approval.view", load=approval_or_404)
def show(approval: Approval) -> ResponseReturnValue:
    """What is asked, and what was decided."""
    return _page(approval, DecisionForm(formdata=None))


@bp.post("/approvals/<int:approval_id>/decision")
@guarded("approval.decide", load=approval_or_404)
def decision(approval: Approval) -> ResponseReturnValue:
    """Approve or decline."""
    form = DecisionForm()
    if form.validate():
        try:
            with transaction():
                approved = form.decision.data == "approved"
                decide(approval, actor=me(), approved=approved, comment=form.comment.data)
                address = subject_of(approval).summary(approval).address
        except (Refused, Conflict) as refused:
            form.refuse(refused)
        else:
            say("Approved." if approved else "Declined. Whoever asked is told why.")
            return see_other(address)
    return _page(approval, form), form.answer_status


def _page(approval: Approval, form: DecisionForm) -> str:
    others = other_deciders(approval, than=me())
    return render_template(
        "approvals/show.html",
        approval=approval,
        summary=subject_of(approval).summary(approval),
        form=form,
        asker=db.session.get_one(User, approval.requested_by_id),
        approver=db.session.get_one(User, approval.approver_id),
        decider=db.session.get(User, approval.decided_by_id) if approval.decided_by_id else None,
        pending=approval.state is ApprovalState.PENDING,
        may_decide=can(me(), "approval.decide", approval),
        barred=barred_as_own(me(), approval.requested_by_id),
        others=names(others),
        menders=who_can_mend(approval),
        states=ApprovalState,
    )
