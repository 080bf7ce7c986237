"""Structured logs: one JSON object a line, without personal data.

Of a fault only its kind and where it happened are kept: messages of databases quote what was stored, and local
variables are full of it.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any

import structlog

#: More frames than these say nothing more.
DEEPEST = 12
ROOT = Path(__file__).parent.parent.parent


def configure(level: str) -> None:
    """Set up logging for this process, what other libraries log included. `level` is a name such as INFO."""
    threshold = getattr(logging, level, logging.INFO)
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        name_faults,
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        # Standard output is for answers: `tracker tick` prints one, and nothing else.
        logger_factory=lambda *_names: structlog.PrintLogger(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = _Handler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers = [entry for entry in root.handlers if not isinstance(entry, _Handler)] + [handler]
    root.setLevel(max(threshold, logging.WARNING))


class _Handler(logging.StreamHandler[Any]):
    """Ours, so that a second application in the process replaces it and leaves other handlers alone."""


def name_faults(_logger: object, _method: str, entry: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """A processor: instead of an exception its kind, the kinds behind it, and the frames it passed through."""
    fault = entry.pop("exc_info", None)
    if fault is True:
        fault = sys.exc_info()
    if isinstance(fault, tuple):
        fault = fault[1]
    if isinstance(fault, BaseException):
        entry["fault"] = " < ".join(_kinds(fault))
        entry["frames"] = [
            f"{_short(frame.filename)}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(fault.__traceback__)[-DEEPEST:]
        ]
    return entry


def _kinds(fault: BaseException | None) -> list[str]:
    kinds: list[str] = []
    while fault is not None and len(kinds) < 5:
        kinds.append(f"{type(fault).__module__}.{type(fault).__qualname__}")
        fault = fault.__cause__ or fault.__context__
    return kinds


def _short(filename: str) -> str:
    path = Path(filename)
    if path.is_relative_to(ROOT) and ".venv" not in path.parts:
        return str(path.relative_to(ROOT))
    return "/".join(path.parts[-3:])
