"""Structured logs: one JSON object a line, without personal data; a person at a terminal reads sentences.

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
_JSON = structlog.processors.JSONRenderer()
ROOT = Path(__file__).parent.parent.parent


def configure(level: str, *, people: bool = False) -> None:
    """Set up logging for this process, what other libraries log included. `level` is a name such as INFO.

    `people`: somebody who typed a command reads it. They get warnings as sentences, and nothing of what went well.
    """
    threshold = getattr(logging, level, logging.INFO)
    if people and threshold > logging.DEBUG:
        threshold = max(threshold, logging.WARNING)
    renderer = in_words if people else in_json
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        name_faults,
    ]
    structlog.configure(
        processors=[*shared, renderer],
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
                renderer,
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


def in_json(logger: object, method: str, entry: MutableMapping[str, Any]) -> str | bytes:
    """A renderer: one object. What is `said` to people stands there by its name already."""
    entry.pop("said", None)
    return _JSON(logger, method, entry)


def in_words(_logger: object, _method: str, entry: MutableMapping[str, Any]) -> str:
    """A renderer: the sentence that `said` holds; without one the name of what happened, with its details."""
    level = str(entry.pop("level", "info")).capitalize()
    entry.pop("timestamp", None)
    event, said = entry.pop("event", ""), entry.pop("said", None)
    if said is None:
        details = ", ".join(f"{name} {value}" for name, value in entry.items() if name not in {"frames", "logger"})
        said = f"{event}: {details}" if details else event
    return f"{level}: {said}"


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
