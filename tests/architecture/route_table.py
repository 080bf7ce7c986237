"""Who gets what at every address: the table of roles and routes, whole.

A line is the method, the rule as it is routed, and the answers to an admin, a recruiter, a hiring manager, an
interviewer (all of them on the hiring team of what it is about) and somebody who is not signed in. Behind a bar stand
values: an argument of the rule with the name of a supply of tests/architecture/world.py, or a field of the form.

    200 the page   302, 303 sent on   403 not allowed   404 not visible   422 not like this   409 somebody was faster

A POST without values sends an empty form: 422 says that the reader may do it, and that the form is looked at. A route
may have several lines with different values: somebody who applied for the requisition, somebody who did not.
A route that is missing here fails tests/architecture/test_routes.py, which prints the line to check and enter.
"""

from dataclasses import dataclass

from tests.architecture.world import READERS

TABLE = """
# health                                              admin recr mana intv nobody
GET   /healthz                                          200  200  200  200  200
GET   /readyz                                           503  503  503  503  503

# accounts                                            admin recr mana intv nobody
GET   /sign-in                                          302  302  302  302  200
POST  /sign-in                                          422  422  422  422  422
POST  /sign-out                                         303  303  303  303  303
GET   /setup                                            404  404  404  404  404
POST  /setup                                            404  404  404  404  404
GET   /account                                          200  200  200  200  303
POST  /account                                          422  422  422  422  303
GET   /account/password                                 200  200  200  200  303
POST  /account/password                                 422  422  422  422  303
POST  /account/sign-outs                                303  303  303  303  303
POST  /preferences                                      422  422  422  422  303
POST  /preferences                                      303  303  303  303  303  | key=board.folded & value=sourcing
GET   /permissions                                      200  200  200  200  303
GET   /settings                                         200  403  403  403  303
POST  /settings                                         303  403  403  403  303  | decide_own=own_allowed
GET   /users                                            200  403  403  403  303
GET   /users/<int:user_id>                              200  403  403  403  303
POST  /users/<int:user_id>/roles                        422  403  403  403  303
GET   /users/<int:user_id>/disabling                    200  403  403  403  303
POST  /users/<int:user_id>/disabling                    303  403  403  403  303  | successor=0
POST  /users/<int:user_id>/enabling                     303  403  403  403  303  | user_id=disabled_user_id

# access                                              admin recr mana intv nobody
GET   /users/new                                        200  403  403  403  303
POST  /users/new                                        422  403  403  403  303
GET   /users/<int:user_id>/links                        200  403  403  403  303
POST  /users/<int:user_id>/links                        303  403  403  403  303
GET   /forgot                                           200  200  200  200  200
POST  /forgot                                           422  422  422  422  422
GET   /forgot/sent                                      200  200  200  200  200
GET   /set-password/<token>                             200  200  200  200  200
POST  /set-password/<token>                             422  422  422  422  422

# mail                                                admin recr mana intv nobody
GET   /mail                                             200  403  403  403  303
GET   /mail/<int:message_id>                            200  403  403  403  303
GET   /mail/<int:message_id>/body                       404  403  403  403  303
POST  /mail/<int:message_id>/resends                    422  403  403  403  303

# approvals                                           admin recr mana intv nobody
GET   /approvals/<int:approval_id>/decision             200  200  200  404  303
POST  /approvals/<int:approval_id>/decision             303  403  303  404  303  | decision=approved

# requisitions                                        admin recr mana intv nobody
GET   /requisitions                                     200  200  200  200  303
GET   /requisitions/new                                 200  200  200  403  303
POST  /requisitions/new                                 422  422  422  403  303
GET   /requisitions/<number>                            200  200  200  200  303
GET   /requisitions/<number>/history                    200  200  200  200  303
GET   /requisitions/<number>/edit                       200  200  200  403  303
POST  /requisitions/<number>/edit                       422  422  422  403  303
GET   /requisitions/<number>/team                       200  200  200  403  303
POST  /requisitions/<number>/team                       422  422  422  403  303
GET   /requisitions/<number>/checklist                  200  200  200  200  303
GET   /requisitions/<number>/checklist/items/new        200  200  200  403  303
POST  /requisitions/<number>/checklist/items/new        422  422  422  403  303
GET   /requisitions/<number>/checklist/items/<int:item_id>           200  200  200  403  303
POST  /requisitions/<number>/checklist/items/<int:item_id>           422  422  422  403  303
POST  /requisitions/<number>/checklist/items/<int:item_id>/need      303  303  303  403  303  | need=nice_to_have
POST  /requisitions/<number>/checklist/items/<int:item_id>/position  303  303  303  403  303  | step=down
POST  /requisitions/<number>/checklist/items/<int:item_id>/removal   303  303  303  403  303
POST  /requisitions/<number>/checklist/responsibilities 303  303  303  403  303  | role=ml_engineer & key=prototyping
POST  /requisitions/<number>/checklist/order            409  409  409  403  303
GET   /requisitions/<number>/stages                     200  200  200  403  303
GET   /requisitions/<number>/stages/new                 200  200  403  403  303
POST  /requisitions/<number>/stages/new                 422  422  403  403  303
GET   /requisitions/<number>/stages/<int:stage_id>      200  200  403  403  303
POST  /requisitions/<number>/stages/<int:stage_id>      422  422  403  403  303
POST  /requisitions/<number>/stages/<int:stage_id>/position          303  303  403  403  303  | step=down
POST  /requisitions/<number>/stages/<int:stage_id>/restoration       303  303  403  403  303
POST  /requisitions/<number>/stages/order               409  409  403  403  303
GET   /requisitions/<number>/stages/comparison          200  200  403  403  303
POST  /requisitions/<number>/stages/comparison          422  422  403  403  303
GET   /stage-templates                                  302  403  403  403  303
GET   /stage-templates/<role>                           200  403  403  403  303
GET   /stage-templates/<role>/stages/new                200  403  403  403  303
POST  /stage-templates/<role>/stages/new                422  403  403  403  303
GET   /stage-templates/<role>/stages/<int:stage_id>     200  403  403  403  303  | stage_id=template_stage
POST  /stage-templates/<role>/stages/<int:stage_id>     422  403  403  403  303  | stage_id=template_stage
POST  /stage-templates/<role>/stages/<int:stage_id>/position 303 403 403 403 303 | stage_id=template_stage & step=down
POST  /stage-templates/<role>/stages/<int:stage_id>/retirement       303  403  403  403  303  | stage_id=template_stage
POST  /stage-templates/<role>/stages/<int:stage_id>/restoration      303  403  403  403  303  | stage_id=template_stage
POST  /stage-templates/<role>/stages/order              409  403  403  403  303
GET   /requisitions/<number>/openings                   200  200  200  403  303
POST  /requisitions/<number>/openings                   303  303  303  403  303
POST  /requisitions/<number>/openings/<int:opening_id>/cancellation  422  422  422  403  303
GET   /requisitions/<number>/opening-approval           200  200  200  403  303  | number=draft_number
POST  /requisitions/<number>/opening-approval           422  422  422  403  303  | number=draft_number
POST  /requisitions/<number>/opening-approval/withdrawal             303  303  303  403  303  | number=pending_number
GET   /requisitions/<number>/holds                      200  200  200  403  303
POST  /requisitions/<number>/holds                      303  303  303  403  303  | reason=The budget
GET   /requisitions/<number>/resumption                 200  200  200  403  303  | number=held_number
POST  /requisitions/<number>/resumption                 303  303  303  403  303  | number=held_number
GET   /requisitions/<number>/closure                    200  200  200  403  303
POST  /requisitions/<number>/closure                    303  303  303  403  303  | outcome=cancelled & reason=It is over
GET   /requisitions/<number>/reopening                  200  200  200  403  303  | number=cancelled_number
POST  /requisitions/<number>/reopening                  303  303  303  403  303  | number=cancelled_number

# pipeline                                            admin recr mana intv nobody
GET   /applications/<int:application_id>/move           200  200  403  404  303
POST  /applications/<int:application_id>/moves          422  422  403  404  303
GET   /applications/<int:application_id>/<any(rejection,withdrawal,closing):ending>  200  200  200  404  303
POST  /applications/<int:application_id>/<any(rejection,withdrawal,closing):ending>  422  422  422  404  303
POST  /applications/<int:application_id>/reopening      422  422  422  404  303
POST  /stage-changes/<int:change_id>/undo               422  422  422  404  303
GET   /applications/<int:application_id>/contacts       200  200  403  404  303
POST  /applications/<int:application_id>/contacts       303  303  403  404  303  | direction=in & channel=other
GET   /applications/<int:application_id>/waits          200  200  403  404  303
POST  /applications/<int:application_id>/waits          422  422  403  404  303
POST  /applications/<int:application_id>/waits/end      422  422  403  404  303
GET   /applications/<int:application_id>/details        200  200  403  404  303
POST  /applications/<int:application_id>/details        422  422  403  404  303
GET   /applications/<int:application_id>/transfer       200  200  403  404  303
POST  /applications/<int:application_id>/transfer       422  422  403  404  303
GET   /requisitions/<number>/applications/new           200  200  403  403  303
POST  /requisitions/<number>/applications/new           422  422  403  403  303
GET   /candidates/<int:candidate_id>/applications/new   200  200  404  404  303
POST  /candidates/<int:candidate_id>/applications/new   422  422  404  404  303
GET   /requisitions/<number>/remaining                  200  200  200  403  303  | number=cancelled_number
POST  /requisitions/<number>/remaining                  303  303  303  403  303  | number=cancelled_number
GET   /requisitions/<number>/stages/<int:stage_id>/retirement        200  200  403  403  303
POST  /requisitions/<number>/stages/<int:stage_id>/retirement        303  303  403  403  303

# offers                                              admin recr mana intv nobody
GET   /requisitions/<number>/offers                     200  200  200  403  303
GET   /applications/<int:application_id>/offers/new     200  200  403  404  303
POST  /applications/<int:application_id>/offers/new     422  422  403  404  303
GET   /offers/<int:offer_id>                            200  200  200  404  303
GET   /offers/<int:offer_id>/versions/new               200  200  403  404  303
POST  /offers/<int:offer_id>/versions/new               422  422  403  404  303
POST  /offer-versions/<int:version_id>/submission       303  303  403  404  303  | version_id=draft_version_id
GET   /offer-versions/<int:version_id>/extension        200  200  403  404  303
POST  /offer-versions/<int:version_id>/extension        422  422  403  404  303
GET   /offer-versions/<int:version_id>/acceptance       200  200  403  404  303
POST  /offer-versions/<int:version_id>/acceptance       303  303  403  404  303
GET   /offer-versions/<int:version_id>/decline          200  200  403  404  303
POST  /offer-versions/<int:version_id>/decline          303  303  403  404  303
POST  /offer-versions/<int:version_id>/expiry           303  303  403  404  303
GET   /offer-versions/<int:version_id>/rescission       200  200  403  404  303
POST  /offer-versions/<int:version_id>/rescission       422  422  403  404  303
GET   /hires/<int:hire_id>/undo                         200  200  200  404  303
POST  /hires/<int:hire_id>/undo                         422  422  422  404  303

# desk                                                admin recr mana intv nobody
GET   /                                                 200  200  200  200  303
GET   /requisitions/<number>/pulse                      200  200  200  403  303
GET   /requisitions/<number>/board                      200  200  200  403  303
GET   /requisitions/<number>/columns/<int:stage_id>     200  200  200  403  303
GET   /requisitions/<number>/list                       200  200  200  403  303
GET   /requisitions/<number>/filters                    200  200  200  403  303
POST  /requisitions/<number>/list/exports               200  200  403  403  303
GET   /requisitions/<number>/views/new                  200  200  200  403  303
POST  /requisitions/<number>/views/new                  422  422  422  403  303
POST  /requisitions/<number>/default-view               303  303  303  403  303
GET   /views/<int:view_id>                              200  200  403  403  303
POST  /views/<int:view_id>                              422  422  403  403  303
POST  /views/<int:view_id>/deletion                     303  303  403  403  303
GET   /boards                                           302  302  302  302  303
GET   /boards/<name>                                    200  200  200  200  303
GET   /boards/<name>                                    200  200  200  200  303  | name=role_board
GET   /boards/<name>                                    404  404  404  404  303  | name=no_board
GET   /boards/<name>/views/new                          200  200  200  200  303
GET   /boards/<name>/views/new                          404  404  404  404  303  | name=no_board
POST  /boards/<name>/views/new                          422  422  422  422  303  | name=role_board
POST  /boards/<name>/default-view                       303  303  303  303  303
GET   /boards/<name>/pulse                              200  200  200  200  303
GET   /boards/<name>/filters                            200  200  200  200  303  | name=role_board
GET   /boards/<name>/columns/<key>                      200  200  200  200  303
GET   /boards/<name>/columns/<key>                      404  404  404  404  303  | key=no_board
GET   /candidates/<int:candidate_id>                    200  200  404  404  303
GET   /applications/<int:application_id>/panel          303  303  303  404  303
GET   /search                                           200  200  200  200  303
GET   /palette                                          200  200  200  200  303
POST  /bulk/<any(move,reject,withdraw,close,assign,tag):action>  422  422  422  403  303
POST  /batches                                          422  422  422  403  303
GET   /batches/<mark>                                   200  200  200  404  303
POST  /batches/<mark>/work                              303  303  303  404  303
POST  /batches/<mark>/undo                              303  303  303  404  303

# vetting                                             admin recr mana intv nobody
GET   /interviews                                       200  200  200  200  303
GET   /requisitions/<number>/interviews                 200  200  200  403  303
GET   /applications/<int:application_id>/interviews/new 200  200  200  404  303
POST  /applications/<int:application_id>/interviews/new 422  422  422  404  303
GET   /interviews/<int:interview_id>                    200  200  200  200  303
GET   /interviews/<int:interview_id>/edit               200  200  200  403  303
POST  /interviews/<int:interview_id>/edit               422  422  422  403  303
POST  /interviews/<int:interview_id>/holding            303  303  303  303  303
GET   /interviews/<int:interview_id>/cancellation       200  200  200  403  303
POST  /interviews/<int:interview_id>/cancellation       303  303  303  403  303  | reason=Double booked.
POST  /interviews/<int:interview_id>/resumption         303  303  303  404  303  | interview_id=cancelled_interview_id
GET   /seats/<int:seat_id>/scorecard                    403  403  403  200  303
POST  /seats/<int:seat_id>/scorecard                    403  403  403  303  303
GET   /applications/<int:application_id>/scorecards/new 200  200  200  404  303
POST  /applications/<int:application_id>/scorecards/new 303  303  303  404  303
GET   /scorecards/<int:scorecard_id>                    200  200  200  404  303
POST  /scorecards/<int:scorecard_id>                    422  422  422  404  303
POST  /scorecards/<int:scorecard_id>/withdrawal         303  403  303  404  303
POST  /scorecards/<int:scorecard_id>/discarding         404  404  303  404  303  | scorecard_id=draft_scorecard_id
GET   /shortlists                                       200  200  200  403  303
GET   /requisitions/<number>/shortlists                 200  200  200  403  303
GET   /requisitions/<number>/shortlists/new             200  200  403  403  303
POST  /requisitions/<number>/shortlists/new             422  422  403  403  303
GET   /shortlists/<int:shortlist_id>                    200  200  200  404  303
GET   /shortlists/<int:shortlist_id>/decider            200  200  200  404  303
POST  /shortlists/<int:shortlist_id>/decider            422  422  422  404  303
GET   /entries/<int:entry_id>/decision                  200  403  200  404  303
POST  /entries/<int:entry_id>/decision                  422  403  422  404  303
GET   /entries/<int:entry_id>/waivers/<int:item_id>     200  403  200  404  303
POST  /entries/<int:entry_id>/waivers/<int:item_id>     303  403  303  404  303  | reason=Not needed.
POST  /waivers/<int:waiver_id>/removal                  303  403  303  404  303
GET   /entries/<int:entry_id>/assessments/<int:item_id> 200  200  200  404  303
POST  /entries/<int:entry_id>/assessments/<int:item_id> 422  422  422  404  303
GET   /entries/<int:entry_id>/resubmission              200  200  403  404  303  | entry_id=open_entry_id
POST  /entries/<int:entry_id>/resubmission              409  409  403  404  303
POST  /entries/<int:entry_id>/taking-back               409  409  403  404  303

# summaries                                           admin recr mana intv nobody
GET   /summaries                                        200  200  200  200  303
GET   /summaries/<int:summary_id>                       404  200  404  404  303

# candidates                                          admin recr mana intv nobody
GET   /candidates                                       200  200  200  200  303
GET   /candidates/new                                   200  200  403  403  303
POST  /candidates/new                                   422  422  403  403  303
POST  /candidates/duplicates                            200  200  403  403  303
GET   /candidates/<int:candidate_id>/edit               200  200  403  404  303  | candidate_id=applicant_id
POST  /candidates/<int:candidate_id>/edit               422  422  403  404  303  | candidate_id=applicant_id
GET   /candidates/<int:candidate_id>/contact-block      200  200  403  404  303  | candidate_id=applicant_id
POST  /candidates/<int:candidate_id>/contact-block      422  422  403  404  303  | candidate_id=applicant_id
POST  /candidates/<int:candidate_id>/contact-block/removal  303  303  403  404  303  | candidate_id=applicant_id
GET   /candidates/<int:candidate_id>/personal-data      200  200  404  404  303
POST  /candidates/<int:candidate_id>/exports            200  403  404  404  303
POST  /candidates/<int:candidate_id>/erasure            422  403  404  404  303
GET   /candidates/<int:candidate_id>/notes              200  200  200  404  303  | candidate_id=applicant_id
POST  /candidates/<int:candidate_id>/notes              422  422  422  404  303  | candidate_id=applicant_id
POST  /notes/<int:note_id>/removal                      303  303  403  404  303
GET   /candidates/<int:candidate_id>/tags               200  200  200  404  303  | candidate_id=applicant_id
POST  /candidates/<int:candidate_id>/tags               422  422  403  404  303  | candidate_id=applicant_id
POST  /candidates/<int:candidate_id>/tags/<int:tag_id>/removal  303  303  403  404  303  | candidate_id=applicant_id
GET   /candidates/<int:candidate_id>/files              200  200  200  404  303  | candidate_id=applicant_id
POST  /candidates/<int:candidate_id>/files              422  422  403  404  303  | candidate_id=applicant_id
GET   /files/<int:file_id>                              200  200  200  404  303
POST  /files/<int:file_id>/removal                      303  303  403  404  303

# imports                                             admin recr mana intv nobody
GET   /requisitions/<number>/imports/new                200  200  403  403  303
POST  /requisitions/<number>/imports                    422  422  403  403  303
GET   /imports/<int:import_id>                          200  200  403  403  303
POST  /imports/<int:import_id>/mapping                  422  422  403  403  303
POST  /imports/<int:import_id>/confirmation             409  409  403  403  303
POST  /imports/<int:import_id>/discarding               303  303  403  403  303  | import_id=discarded_id
GET   /imports/<int:import_id>/left-out.csv             200  200  403  403  303
"""


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    method: str
    rule: str
    expected: dict[str, int]
    values: dict[str, str]

    def __str__(self) -> str:
        """What a test of the row is called."""
        said = " & ".join(f"{name}={value}" for name, value in self.values.items())
        return f"{self.method} {self.rule}" + (f" | {said}" if said else "")

    @property
    def key(self) -> tuple[str, str]:
        """What names the route."""
        return self.method, self.rule


def rows() -> list[Row]:
    """The lines of the table. Raises ValueError for one that cannot be read."""
    return [_row(line) for line in TABLE.splitlines() if line.strip() and not line.startswith("#")]


def _row(line: str) -> Row:
    route, _, said = line.partition("|")
    words = route.split()
    if len(words) != 2 + len(READERS):
        raise ValueError(f"This line has too few or too many words: {line}")
    values = dict(part.split("=", 1) for part in said.split("|")[0].strip().split(" & ") if part)
    expected = dict(zip(READERS, map(int, words[2:]), strict=True))
    return Row(words[0], words[1], expected, {name.strip(): value.strip() for name, value in values.items()})
