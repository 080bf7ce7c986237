"""`tracker up`: starts all processes of an installation, starts again what dies, and ends them all together."""

from tracker.supervisor.start import CannotStart, up

__all__ = ["CannotStart", "up"]
