"""What holds for any list of stages, the organisation's and a requisition's alike, without a database."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

from tracker.core.errors import Refused
from tracker.core.templating import listing
from tracker.requisitions.models import StageMixin
from tracker.requisitions.states import Phase, StageKind

LONGEST_NAME = 40
LONGEST_LIMIT = 90
MOST_STAGES = 20

#: The product itself leads people into these, so every list has exactly one of each; why, for who wants to do without.
NEEDED: Mapping[StageKind, str] = {
    StageKind.SHORTLISTED: "submitting a shortlist moves people here",
    StageKind.PREPARING_OFFER: "an offer is prepared here",
    StageKind.OFFER_EXTENDED: "extending an offer moves people here, and only from here somebody is hired",
}
#: Code looks for the one stage of such a kind, so there are never two.
SINGLE = frozenset({StageKind.IDENTIFIED, StageKind.CONTACTED, StageKind.APPLIED, *NEEDED})
#: In which phases a stage of each kind may lie.
PHASES_OF: Mapping[StageKind, frozenset[Phase]] = {
    StageKind.IDENTIFIED: frozenset({Phase.SOURCING}),
    StageKind.CONTACTED: frozenset({Phase.SOURCING}),
    StageKind.APPLIED: frozenset({Phase.SOURCING}),
    StageKind.SCREENING: frozenset({Phase.VETTING}),
    StageKind.ASSESSMENT: frozenset({Phase.VETTING}),
    StageKind.INTERVIEW: frozenset({Phase.VETTING}),
    StageKind.SHORTLISTED: frozenset({Phase.VETTING}),
    StageKind.PREPARING_OFFER: frozenset({Phase.OFFER}),
    StageKind.OFFER_EXTENDED: frozenset({Phase.OFFER}),
    StageKind.OTHER: frozenset(Phase),
}
#: A stage that is added stands before the first of these in its phase.
_AFTER_NEW = frozenset({StageKind.SHORTLISTED, StageKind.OFFER_EXTENDED})

S = TypeVar("S", bound=StageMixin)


def entered(stages: Iterable[S]) -> list[S]:
    """The stages that people can enter, in their order."""
    return sorted((stage for stage in stages if stage.retired_at is None), key=lambda stage: stage.position)


def addable(stages: Sequence[StageMixin], phase: Phase) -> list[StageKind]:
    """What a further stage of this phase may be for, beside these stages."""
    there = {stage.kind for stage in stages}
    return [kind for kind in StageKind if phase in PHASES_OF[kind] and not (kind in SINGLE and kind in there)]


def tidy_stage(stages: Sequence[StageMixin], name: str, limit_days: int | None, *, but: StageMixin | None) -> str:
    """The name without blanks around it; `but` is the stage that is changed. Raises Refused with `fields`."""
    name = name.strip()
    wrong: dict[str, str] = {}
    if not name:
        wrong["name"] = "Name the stage."
    elif len(name) > LONGEST_NAME:
        wrong["name"] = f"Keep the name to {LONGEST_NAME} characters."
    elif name.casefold() in {stage.name.casefold() for stage in stages if stage is not but}:
        wrong["name"] = "Another stage has this name."
    if limit_days is not None and not 1 <= limit_days <= LONGEST_LIMIT:
        wrong["limit_days"] = f"Give working days from 1 to {LONGEST_LIMIT}, or nothing for no limit."
    if wrong:
        raise Refused("The stage cannot be kept like this.", fields=wrong)
    return name


def check_layout(stages: Sequence[StageMixin]) -> None:
    """Raise Refused, saying what is needed and why, unless people can go through these stages from one end to the
    other.
    """
    for phase in Phase:
        if not any(stage.phase is phase for stage in stages):
            why = "so that there is a stage to begin in" if phase is Phase.SOURCING else "so that people can go on"
            raise Refused(f"{phase.label} needs at least one stage, {why}.", needed=("Add another one first.",))
    for stage in stages:
        if stage.phase not in PHASES_OF[stage.kind]:
            raise Refused(phase_refusal(stage, stage.phase))
    kinds = [stage.kind for stage in stages]
    for kind, why in NEEDED.items():
        if kind not in kinds:
            raise Refused(f"A stage for “{kind.label}” is needed: {why}. It can be renamed.")
    for kind in SINGLE:
        if kinds.count(kind) > 1:
            raise Refused(f"There can be one stage for “{kind.label}” only.", needed=("Retire the other one first.",))
    if kinds.index(StageKind.PREPARING_OFFER) > kinds.index(StageKind.OFFER_EXTENDED):
        raise Refused("An offer is prepared before it is extended, so its stages stand in that order.")


def phase_refusal(stage: StageMixin, phase: Phase) -> str:
    """Why a stage cannot lie in that phase; empty when it can."""
    fit = PHASES_OF[stage.kind]
    if phase in fit:
        return ""
    where = listing([entry.label.lower() for entry in Phase if entry in fit], "or")
    return f"{stage.name} belongs to {where}: figures count it as “{stage.kind.label}”."


def key_for(name: str, taken: Iterable[str]) -> str:
    """The key of a new stage, made of its name; none of those that are taken."""
    wanted = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "stage"
    there = set(taken)
    if wanted not in there:
        return wanted
    return next(f"{wanted}_{n}" for n in range(2, len(there) + 3) if f"{wanted}_{n}" not in there)


def with_new(stages: Sequence[S], stage: S) -> list[S]:
    """The stages with a further one: at the end of its phase, but before the one that the phase leads up to."""
    before = next((each for each in stages if each.phase is stage.phase and each.kind in _AFTER_NEW), None)
    earlier = [each for each in stages if each.phase.position <= stage.phase.position]
    index = stages.index(before) if before else len(earlier)
    return [*stages[:index], stage, *stages[index:]]


def number_stages(every: Iterable[S], order: Sequence[S]) -> None:
    """Number the stages: those that are entered in this order, a retired one behind whatever it stood behind.

    So a visit to a retired stage still lies between those before and those after it, as figures ask.
    """
    behind: dict[int, list[S]] = {}
    last = 0
    for stage in sorted(every, key=lambda stage: stage.position):
        if any(stage is each for each in order):
            last = id(stage)
        else:
            behind.setdefault(last, []).append(stage)
    line = list(behind.get(0, []))
    for stage in order:
        line += [stage, *behind.get(id(stage), [])]
    # A stage keeps its phase when it is retired; the phases stand in their order.
    line.sort(key=lambda stage: stage.phase.position)
    for position, stage in enumerate(line, start=1):
        stage.position = position
