"""Signatures that carry their time, under a clock that may be set back."""

from datetime import timedelta

from itsdangerous import TimestampSigner

#: So far in the future a signature may lie: the clock was set back since. Only our key signs, so whoever shows it was
#: let in; what it opens ends at most so much later, and what a clock signed that was wrong by more opens nothing.
SET_BACK = timedelta(days=1)


class PatientSigner(TimestampSigner):
    """Takes what was signed before the clock was set back, within bounds, where the library takes nothing."""

    def unsign(  # type: ignore[override]  # the library's overloads say of the last argument what comes out
        self, signed_value: str | bytes, max_age: int | None = None, return_timestamp: bool = False
    ) -> object:
        """As the library's; raises BadSignature, and SignatureExpired for what is too old or too far in the future."""
        value, signed_at = super().unsign(signed_value, return_timestamp=True)
        ahead = signed_at - self.timestamp_to_datetime(self.get_timestamp())
        if timedelta(0) < ahead <= SET_BACK:
            return (value, signed_at) if return_timestamp else value
        return super().unsign(signed_value, max_age, return_timestamp)  # type: ignore[call-overload]
