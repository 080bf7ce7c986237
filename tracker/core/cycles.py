"""Python's search for objects that only hold each other, as web processes need it."""

import gc

#: New objects between two searches among them. A page makes some thousands, of which nearly none holds another that
#: holds it; with Python's usual 700, home was searched four times for nothing.
NEW_OBJECTS = 10_000


def spare_what_is_loaded() -> None:
    """Leave out of all searches whatever exists now; for a process that has loaded everything and begins to answer.

    An application loaded is 200,000 objects, and looking through them all stopped a request now and then, for
    120 ms where the processor was busy.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(NEW_OBJECTS)
