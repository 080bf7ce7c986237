"""Who gets what at every address: the table of roles and routes, whole.

A line is the method, the rule as it is routed, and the answers to an admin, a recruiter, a hiring manager, an
interviewer (all of them on the hiring team of what it is about) and somebody who is not signed in. Behind a bar stand
values: an argument of the rule with the name of a supply of tests/architecture/world.py, or a field of the form.

    200 the page   302, 303 sent on   403 not allowed   404 not visible   422 not like this   409 somebody was faster

A POST without values sends an empty form: 422 says that the reader may do it, and that the form is looked at.
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
"""


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    method: str
    rule: str
    expected: dict[str, int]
    values: dict[str, str]

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
