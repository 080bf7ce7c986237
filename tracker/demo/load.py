"""Loading the demo organisation."""

import random
from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import current_app
from sqlalchemy import delete, select

from tracker.accounts.models import User
from tracker.accounts.operations import create_user
from tracker.accounts.queries import organisation
from tracker.config import Settings
from tracker.core import clock, ticks
from tracker.core.db import db, transaction
from tracker.core.errors import Refused
from tracker.demo import cast, lives
from tracker.demo.stage import Play
from tracker.mail.models import OutboxMessage
from tracker.mail.states import MailState
from tracker.requisitions.stage_templates import ensure_templates
from tracker.summaries.operations import KIND as SUMMARY

#: Chance begins at the same point every time. The year still differs with the hour at which it is loaded, because what
#: people do falls into working hours.
SEED = 20261123
#: What the worker would have done by now: figures of hires, the summary of last Monday, today's reminders.
CAUGHT_UP = ("hire_figures", "summaries", "reminders")


def load(stories: Sequence[cast.Story] = cast.STORIES) -> int:
    """Play a year of recruiting that ends now; returns how many steps that were.

    Raises Refused when the installation has users already: the demo is for trying the product out, not to be mixed
    with real people.
    """
    if db.session.scalar(select(User.id).limit(1)) is not None:
        raise Refused(
            "This installation has users already; the demo organisation is loaded into an empty one only.",
            needed=("Start with another DATA_DIR to look at the demo.",),
        )
    settings: Settings = current_app.extensions["settings"]
    now = clock.now()
    play = Play(ends=now, zone=ZoneInfo(settings.org_timezone), chance=random.Random(SEED))  # noqa: S311 - no secrets
    with transaction(), clock.standing_at(now - timedelta(days=360)):
        # From the first row on, so that a year that was cut off can be removed, too.
        marked = organisation()
        marked.demo_loaded_at = now
        db.session.add(marked)
        ensure_templates()
        for player in cast.PLAYERS:
            play.users[player.key] = create_user(
                player.name,
                player.email,
                player.roles,
                timezone=player.timezone,
                password=cast.PASSWORD,
                actor=None,
            )
    for story in stories:
        begins = now - timedelta(days=story.opened)
        with clock.standing_at(begins):
            play.begin(play.later(0.0), lives.requisition_life(play, story))
    a_week_ago = now - timedelta(days=7)
    steps = play.run(a_week_ago)
    # Its summary tells what was so then, and sets everybody's next one for the Monday that has passed since.
    with clock.standing_at(a_week_ago):
        ticks.run("summaries")
    steps += play.run(now)
    with transaction():
        # The other mails of that year were never meant to leave.
        never_sent = (OutboxMessage.state == MailState.QUEUED) & (OutboxMessage.kind != SUMMARY)
        db.session.execute(delete(OutboxMessage).where(never_sent))
    for name in CAUGHT_UP:
        ticks.run(name, at=now)
    return steps
