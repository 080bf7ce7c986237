"""How what a browser found is judged and worded."""

from datetime import UTC, datetime

import pytest

from tests.audit.lighthouse import CATEGORIES, Judgement
from tests.audit.report import misses, write_report

AT = datetime(2026, 11, 3, 9, tzinfo=UTC)


def judged(score: int = 100, shift: float = 0.0) -> dict[str, Judgement]:
    scores = dict.fromkeys(CATEGORIES, 100) | {"performance": score}
    return {"board": Judgement(scores, shift=shift, paint=480.4, sent=123.4, wrong=["Cumulative Layout Shift"])}


@pytest.mark.parametrize(
    ("score", "shift", "said"),
    [
        (95, 0.099, []),
        (94, 0.0, ["board: 94 in performance, 95 is the aim (Cumulative Layout Shift)"]),
        (100, 0.1, ["board: shifts by 0.100"]),
    ],
)
def test_scores_and_shifts_are_judged(score: int, shift: float, said: list[str]) -> None:
    assert misses(judged(score, shift), []) == said


def test_what_axe_finds_is_a_miss() -> None:
    assert misses(judged(), ["board, dark, 320 px: label: <input>"]) == ["board, dark, 320 px: label: <input>"]


def test_the_page_says_what_was_found() -> None:
    text = write_report(judged(97, 0.02), [], ["board", "board, filters"], [("processor", "Some processor")], AT, 3)
    assert "measured on 3 November 2026" in text
    assert "| board | 97 | 100 | 100 | 0.020 | 480 ms | 123 KB |" in text
    assert "scrolls sideways: board; board, filters." in text
    assert "Violations: none." in text


def test_faults_are_listed() -> None:
    assert "- list, light, 320 px: it is 340 pixels wide" in write_report(
        judged(), ["list, light, 320 px: it is 340 pixels wide"], [], [], AT, 3
    )
