"""What cannot run on this machine: the tests that need it stop with a reason, and the closing lines name it, loudly."""

from typing import NoReturn

import pytest

MARK = "NOT AVAILABLE HERE: "


def unavailable(what: str, mend: str) -> NoReturn:
    """Leave the test because `what` is not to be had on this machine; `mend` says what would bring it."""
    pytest.skip(f"{MARK}{what}. {mend}")
