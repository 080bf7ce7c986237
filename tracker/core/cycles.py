"""Python's search for objects that only hold each other, at moments when nothing is half done.

Up to Python 3.11 the interpreter searches wherever an object is made, also while it is storing an attribute. Found
there, an ORM object's callback stores the same attribute, both make a dictionary of the same values, and the process
is killed some time later (ADR 28). Here the search waits until it is asked for.
"""

import gc
from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.wsgi import ClosingIterator

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: So many objects more than there were, and so many searches among the younger ones, make a search due. A page makes
#: some thousands of objects, nearly all of which go by themselves; with Python's own 700 one page was searched four
#: times. Whatever is in use while others search counts as older, and is what a page under way holds: with Python's own
#: 10 it was found late, and a process with a million applications held some 5 MB more after 5,000 requests.
DUE = (10_000, 3, 3)


def spare_what_is_loaded() -> None:
    """Leave out of all searches whatever exists now; for a process that has loaded everything and begins to answer.

    An application loaded is 200,000 objects, and looking through them all stopped a request now and then, for
    120 ms where the processor was busy.
    """
    gc.collect()
    gc.freeze()


def search_when_asked() -> None:
    """From now on this process searches when search_if_due() is called, and not in the middle of anything."""
    gc.disable()


def search_unasked() -> None:
    """Let Python choose its moments again; for a process that lives on and asks no database any more."""
    gc.enable()


def search_if_due() -> None:
    """Search now, if enough objects have been made since the last search; for a moment between two pieces of work."""
    counts = gc.get_count()
    for generation in (2, 1, 0):
        if counts[generation] > DUE[generation]:
            gc.collect(generation)
            return


class SearchAfterwards:
    """A WSGI application that searches when its answer has been sent, so that nobody waits for it."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer; the server closes what it has sent, and then it is searched."""
        return ClosingIterator(self._app(environ, start_response), search_if_due)
