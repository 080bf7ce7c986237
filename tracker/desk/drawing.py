"""Cards as markup. A board holds two hundred of them: in a template they took longer than everything else on the page
together, so they are put together here, one expression a card. Whatever people wrote is escaped."""

from collections.abc import Callable, Iterable
from html import escape

from flask import current_app
from markupsafe import Markup

from tracker.core.addresses import url_for
from tracker.desk.cards import Card

#: What a page calls with the cards of a column.
Draw = Callable[[Iterable[Card]], Markup]


def drawing() -> Draw:
    """A function that draws cards for the running request's page: what all of them share is looked up once."""
    # Building an address for each card would take longer than the card.
    applications = escape(url_for("pipeline.move", application_id=0).removesuffix("0/moves"))
    people = escape(url_for("desk.candidate", candidate_id=0).removesuffix("0"))
    arrow = current_app.jinja_env.globals["icon"]("arrow-right")  # type: ignore[operator]

    def draw(cards: Iterable[Card]) -> Markup:
        return Markup("\n".join([_card(card, applications, people, arrow) for card in cards]))  # noqa: S704

    return draw


def _card(card: Card, applications: str, people: str, arrow: str) -> str:
    name = escape(card.name)
    hold, tool, number = "", "", ""
    if card.movable:
        hold = (
            f' data-application="{card.id}" data-version="{card.version}" data-move-url="{applications}{card.id}/moves"'
        )
        tool = (
            f'<a class="tool" href="{applications}{card.id}/move" data-dialog aria-label="Move {name} to…">{arrow}</a>'
        )
    if card.number:
        number = f'<span class="role {ROLE_CLASSES.get(card.role, "role-ml")}">{escape(card.number)}</span> '
    line = f'<div class="at">{number}{escape(card.line)}</div>' if number or card.line else ""
    place = f'<div class="at">{escape(card.place)}</div>' if card.place else ""
    waits = "".join(
        [
            f'<span class="wait wait-{kind}">{escape(text)}</span>'
            if kind
            else f'<span class="wait">{escape(text)}</span>'
            for text, kind in card.waits
        ]
    )
    return (
        f'<li class="card-person" id="card-{card.id}"{hold}>'
        f'<div class="nm"><a href="{people}{card.person}#application-{card.id}" data-age="{card.age}">{name}</a>'
        f'<span class="{"age late" if card.late else "age"}" data-tip="{escape(card.age_said)}">{card.age}</span></div>'
        f'{line}{place}<div class="ft">{card.pips or ""}<span>{escape(card.foot)}</span></div>{waits}{tool}</li>'
    )


#: As ui.role_chip colours them.
ROLE_CLASSES = {"mlops_engineer": "role-ops", "ml_engineer": "role-ml"}
