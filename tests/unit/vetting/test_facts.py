"""How a wish stands to the range of the requisition."""

import pytest

from tracker.vetting.facts import Terms


def terms(wish: int | None, currency: str = "EUR") -> Terms:
    return Terms(
        salary_wish=wish,
        salary_currency=currency,
        range_from=85_000,
        range_to=115_000,
        range_currency="EUR",
        notice="",
        work_permit="",
        competing_deadline=None,
        resume=None,
    )


@pytest.mark.parametrize(
    ("known", "below", "above"),
    [
        (terms(84_999), True, False),
        (terms(85_000), False, False),
        (terms(115_000), False, False),
        (terms(115_001), False, True),
        (terms(None), False, False),
        (terms(1, "USD"), False, False),
        (terms(999_999, "USD"), False, False),
    ],
)
def test_a_wish_lies_below_within_or_above_the_range(known: Terms, below: bool, above: bool) -> None:
    assert (known.below_range, known.above_range) == (below, above)
