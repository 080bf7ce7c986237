"""The table of permissions that people are shown, derived from the registry."""

import re
from dataclasses import dataclass
from enum import StrEnum

from tracker.accounts.states import Role
from tracker.core.registry import Permission, get_registry

#: How each role is named in the sentences of the registry.
NOUNS = {
    Role.ADMIN: r"admins",
    Role.RECRUITER: r"recruiters",
    Role.HIRING_MANAGER: r"hiring managers?|deputies",
    Role.INTERVIEWER: r"interviewers?|assessors?|sits? on",
}
EVERYBODY = re.compile(r"\b(everybody|everyone|anybody|anyone)\b", re.IGNORECASE)
#: Words that name several roles at once, each for what is theirs.
SHARED = re.compile(
    r"\bhiring team\b|\b(those|whoever|everybody) who (can|may) see\b|\bwho(ever)? may see\b", re.IGNORECASE
)
#: What stands around a role that may only do it to what is theirs: "the requisition's …", "… of the requisition".
BEFORE = re.compile(
    r"(requisition|application|interview|offer|shortlist)[’']s ([a-z ]+ and )?$|\b(who|its) $", re.IGNORECASE
)
AFTER = re.compile(r"( and [a-z ]+?)? (of|on|who|whose|in|with|deciding|they|that)\b", re.IGNORECASE)


class Reach(StrEnum):
    """How far a role's permission goes."""

    ALL = "all"
    THEIRS = "theirs"
    NONE = "none"

    @property
    def label(self) -> str:
        """The reach in a word."""
        return {"all": "Yes", "theirs": "Theirs", "none": "No"}[self.value]


@dataclass(frozen=True)
class Line:
    """One permission: what it allows, who may in the registry's words, and how far each role gets."""

    name: str
    what: str
    who: str
    reach: dict[Role, Reach]


@dataclass(frozen=True)
class Area:
    """The permissions about one kind of thing."""

    title: str
    lines: tuple[Line, ...]


def permission_table() -> list[Area]:
    """All permissions, by what they are about, in the order of the registry."""
    areas: dict[str, list[Line]] = {}
    for permission in get_registry().permissions.values():
        thing, _, verb = permission.name.rpartition(".")
        reach = {role: reach_of(role, permission.who) for role in Role}
        areas.setdefault(thing, []).append(Line(permission.name, _words(verb), permission.who, reach))
    return [Area(_words(thing), tuple(lines)) for thing, lines in areas.items()]


def names_a_role(permission: Permission) -> bool:
    """Whether the permission's sentence says of any role that it may."""
    return any(reach_of(role, permission.who) is not Reach.NONE for role in Role)


def reach_of(role: Role, who: str) -> Reach:
    """How far a role gets by a sentence such as "recruiters of the requisition and admins"."""
    if EVERYBODY.search(who):
        return Reach.ALL
    reach = Reach.NONE
    if SHARED.search(who):
        reach = Reach.ALL if role is Role.ADMIN else Reach.THEIRS
    for found in re.finditer(rf"\b({NOUNS[role]})\b", who, re.IGNORECASE):
        bound = role is not Role.ADMIN and (BEFORE.search(who, 0, found.start()) or AFTER.match(who, found.end()))
        if not bound:
            return Reach.ALL
        reach = Reach.THEIRS
    return reach


def _words(name: str) -> str:
    text = name.replace("_", " ").replace(".", " ")
    return text[:1].upper() + text[1:]
