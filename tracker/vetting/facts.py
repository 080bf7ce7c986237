"""The shape of what is known of an application, and the mark by which a change of it is told."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from tracker.requisitions.states import Need
from tracker.vetting.states import Rating, Recommendation


@dataclass(frozen=True)
class Judgement:
    """One assessor's rating of one skill, with their words."""

    scorecard_id: int
    assessor_id: int
    assessor: str
    rating: Rating
    words: str

    @property
    def wants_words(self) -> bool:
        """A strong rating without a word of evidence."""
        return not self.words and self.rating in {Rating.STRONG_YES, Rating.NO}


@dataclass(frozen=True)
class Exemption:
    """A skill that need not be assessed for this entry, by whom and why."""

    waiver_id: int
    by: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class ItemEvidence:
    """What is known about one skill. `assessed_by` counts the assessors even where their ratings are withheld."""

    item_id: int
    title: str
    description: str
    need: Need
    judgements: tuple[Judgement, ...]
    exemption: Exemption | None
    assessed_by: int

    @property
    def is_must(self) -> bool:
        """Whether the requisition cannot do without it."""
        return self.need is Need.MUST_HAVE

    @property
    def is_gap(self) -> bool:
        """A must-have that nobody assessed and nobody waived."""
        return self.is_must and self.assessed_by == 0 and self.exemption is None


@dataclass(frozen=True)
class Verdict:
    """What one assessor would do, and their summary."""

    scorecard_id: int
    assessor_id: int
    assessor: str
    recommendation: Recommendation
    summary: str
    submitted_at: datetime


@dataclass(frozen=True)
class Resume:
    """The latest résumé on file."""

    file_id: int
    name: str
    sha256: str


@dataclass(frozen=True)
class Terms:
    """What else a decision weighs: wishes and dates. Amounts per year in whole units of their currency."""

    salary_wish: int | None
    salary_currency: str
    range_from: int | None
    range_to: int | None
    range_currency: str
    notice: str
    work_permit: str
    competing_deadline: datetime | None
    resume: Resume | None

    @property
    def above_range(self) -> bool:
        """Whether the wish lies above the range, as far as both are known in one currency."""
        return (
            self.salary_wish is not None
            and self.range_to is not None
            and self.salary_currency == self.range_currency
            and self.salary_wish > self.range_to
        )

    @property
    def below_range(self) -> bool:
        """Whether the wish lies below the range, as far as both are known in one currency."""
        return (
            self.salary_wish is not None
            and self.range_from is not None
            and self.salary_currency == self.range_currency
            and self.salary_wish < self.range_from
        )


@dataclass(frozen=True)
class Evidence:
    """All of it for one application, in the order of the checklist.

    `withheld` when the reader still owes a scorecard: then only their own ratings are in it, and the counts.
    """

    application_id: int
    items: tuple[ItemEvidence, ...]
    verdicts: tuple[Verdict, ...]
    verdict_count: int
    terms: Terms
    withheld: bool = False

    @property
    def gaps(self) -> tuple[ItemEvidence, ...]:
        """Must-haves that are neither assessed nor waived."""
        return tuple(item for item in self.items if item.is_gap)

    @property
    def must_haves(self) -> int:
        """How many skills the requisition cannot do without."""
        return sum(item.is_must for item in self.items)

    @property
    def must_haves_assessed(self) -> int:
        """How many of them somebody assessed."""
        return sum(item.is_must and item.assessed_by > 0 for item in self.items)

    def of_item(self, item_id: int) -> ItemEvidence | None:
        """What is known about that skill; None when it is not on the checklist."""
        return next((item for item in self.items if item.item_id == item_id), None)

    @cached_property
    def digest(self) -> str:
        """A mark of all of it: `part:hash` for each part, so that a difference says which part changed."""
        return ".".join(f"{key}:{_hash(value)}" for key, value in sorted(self._parts().items()))

    def _parts(self) -> dict[str, object]:
        terms = self.terms
        parts: dict[str, object] = {
            "salary": (terms.salary_wish, terms.salary_currency),
            "range": (terms.range_from, terms.range_to, terms.range_currency),
            "notice": terms.notice,
            "permit": terms.work_permit,
            "deadline": terms.competing_deadline.isoformat() if terms.competing_deadline else None,
            "resume": terms.resume.sha256 if terms.resume else None,
        }
        cards: defaultdict[int, list[object]] = defaultdict(list)
        for verdict in self.verdicts:
            cards[verdict.scorecard_id].append((verdict.recommendation.value, verdict.summary))
        for item in self.items:
            parts[f"item{item.item_id}"] = (item.title, item.need.value)
            if item.exemption:
                parts[f"waiver{item.item_id}"] = (item.exemption.waiver_id, item.exemption.reason)
            for judgement in item.judgements:
                cards[judgement.scorecard_id].append((item.item_id, judgement.rating.value, judgement.words))
        parts |= {f"card{card_id}": content for card_id, content in cards.items()}
        return parts


def what_is_new(seen: str, now: Evidence) -> tuple[str, ...]:
    """What changed since a page that carried the digest `seen`: a sentence for each part, empty when nothing did."""
    before, after = _split(seen), _split(now.digest)
    changed = [key for key in sorted(before.keys() | after.keys()) if before.get(key) != after.get(key)]
    titles = {item.item_id: item.title for item in now.items}
    assessors = {verdict.scorecard_id: verdict.assessor for verdict in now.verdicts}
    return tuple(_sentence(key, key in before, key in after, titles, assessors) for key in changed)


def _hash(value: object) -> str:
    return hashlib.sha256(repr(value).encode()).hexdigest()[:10]


def _split(digest: str) -> dict[str, str]:
    return dict(part.split(":", 1) for part in digest.split(".") if ":" in part)


_PLAIN = {
    "salary": "The salary wish changed.",
    "range": "The salary range of the requisition changed.",
    "notice": "The notice period changed.",
    "permit": "What is known of the work permit changed.",
    "deadline": "The deadline changed.",
    "resume": "There is another résumé.",
}


#: By kind of part: when it is new, when it changed, when it is gone.
_WORDS = {
    "card": (
        "{assessor} submitted a scorecard.",
        "The scorecard of {assessor} changed.",
        "A scorecard was withdrawn.",
    ),
    "waiver": ("{title} was waived.", "The waiver of {title} changed.", "The waiver of {title} was taken back."),
    "item": ("{title} joined the checklist.", "{title} changed on the checklist.", "A skill left the checklist."),
}


def _sentence(key: str, was: bool, is_there: bool, titles: Mapping[int, str], assessors: Mapping[int, str]) -> str:
    if key in _PLAIN:
        return _PLAIN[key]
    kind = key.rstrip("0123456789")
    number = int(key[len(kind) :])
    new, changed, gone = _WORDS[kind]
    words = gone if not is_there else changed if was else new
    return words.format(
        title=titles.get(number, "a skill that has left the checklist"), assessor=assessors.get(number, "somebody")
    )
