"""Signatures that carry their time."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from tracker.core.signing import SET_BACK, PatientSigner

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


@pytest.fixture
def signed() -> str:
    """Signed at noon."""
    with time_machine.travel(NOON, tick=False):
        return str(serializer().dumps("maya"))


def serializer(key: str = "a key of some length") -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(key, signer=PatientSigner)


@pytest.mark.parametrize("since", [-SET_BACK, -HOUR, -SECOND, timedelta(0), HOUR])
def test_it_opens_within_its_time_and_when_the_clock_went_back(signed: str, since: timedelta) -> None:
    with time_machine.travel(NOON + since, tick=False):
        assert serializer().loads(signed, max_age=3600) == "maya"
        assert serializer().loads(signed, max_age=3600, return_timestamp=True) == ("maya", NOON)


@pytest.mark.parametrize("since", [-SET_BACK - SECOND, HOUR + SECOND])
def test_it_is_over_afterwards_and_when_it_lies_too_far_ahead(signed: str, since: timedelta) -> None:
    with time_machine.travel(NOON + since, tick=False), pytest.raises(SignatureExpired):
        serializer().loads(signed, max_age=3600)


@pytest.mark.parametrize("since", [-HOUR, timedelta(0)])
def test_another_key_opens_nothing(signed: str, since: timedelta) -> None:
    with time_machine.travel(NOON + since, tick=False), pytest.raises(BadSignature):
        serializer("another key of some length").loads(signed, max_age=3600)
