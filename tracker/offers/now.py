"""How an offer is by now, for whoever was slower: their form shows it beside what they typed."""

from dataclasses import replace

from tracker.core.forms import AsNow
from tracker.core.templating import money, when_for_reader
from tracker.offers.models import OfferVersion
from tracker.offers.states import OfferState
from tracker.pipeline.models import Application
from tracker.pipeline.now import as_it_is_now


def offer_as_it_is_now(application: Application, version: OfferVersion | None) -> AsNow:
    """What the version that counts says and where the application stands; None while nothing was offered."""
    now = as_it_is_now(application)
    if version is None:
        return now
    terms = f"{money(version.salary, version.currency)} per {version.period.value}"
    until = ""
    if version.state is OfferState.EXTENDED and version.expires_at is not None:
        until = f", open until {when_for_reader(version.expires_at)}"
    return replace(now, words=f"Offer {version.number}, {terms}, is {version.state.label}{until}. {now.words}")
