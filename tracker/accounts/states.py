"""The roles that a user can hold; a user holds a set of them."""

from enum import StrEnum


class Role(StrEnum):
    """What somebody does here. Access to one requisition comes from its hiring team."""

    ADMIN = "admin"
    RECRUITER = "recruiter"
    HIRING_MANAGER = "hiring_manager"
    INTERVIEWER = "interviewer"

    @property
    def label(self) -> str:
        """The role in words."""
        return {
            Role.ADMIN: "Admin",
            Role.RECRUITER: "Recruiter",
            Role.HIRING_MANAGER: "Hiring manager",
            Role.INTERVIEWER: "Interviewer",
        }[self]


class DecideOwn(StrEnum):
    """Who decides on what somebody submitted: the organisation's setting."""

    BY_ANOTHER = "by_another_person"
    OWN_ALLOWED = "own_allowed"
