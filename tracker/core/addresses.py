"""Addresses within the application, each put together once: a page names some forty, and putting one together takes
the time of ten cards."""

from functools import lru_cache
from typing import Any

from flask import has_request_context, request
from flask import url_for as build

#: Addresses that are kept. Those that name single people come and go; those of every page stay.
KEPT = 4096


def url_for(endpoint: str, **values: Any) -> str:
    """As Flask's url_for(), for templates and for what stands on every page.

    Within a request an address depends on nothing but what is asked for and where the application is mounted.
    """
    # Outside a request, and where Flask is told how to build (`_external`, `_anchor`), more than that counts.
    if not has_request_context() or endpoint.startswith(".") or any(name.startswith("_") for name in values):
        return build(endpoint, **values)
    return _built(request.script_root, endpoint, tuple(values), *values.values())


# Typed, because 1 and True are equal, and not the same address.
@lru_cache(KEPT, typed=True)
def _built(_mounted_at: str, endpoint: str, names: tuple[str, ...], *values: Any) -> str:
    return build(endpoint, **dict(zip(names, values, strict=True)))
