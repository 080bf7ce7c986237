"""From a template to a mail: subject, equal text and HTML parts, in the recipient's zone."""

import re
from typing import Any

import css_inline
from flask import current_app, render_template

from tracker.accounts.models import User
from tracker.config import Settings
from tracker.core.reader import reading_in
from tracker.core.registry import RenderedMail

BLANK_LINES = re.compile(r"\n{3,}")


def address_of(path: str) -> str:
    """The whole address of a path of this installation, for links in mails."""
    settings: Settings = current_app.extensions["settings"]
    return settings.base_url + path


def render_mail(name: str, *, recipient: User, **context: Any) -> RenderedMail:
    """Render `templates/emails/<name>/{subject.txt,body.txt,body.html}` for `recipient`.

    Times come out in the recipient's zone; styles are inlined, because mail clients drop style sheets. Raises what
    Jinja raises for a template that is not there or a name that is missing.
    """
    settings: Settings = current_app.extensions["settings"]
    context |= {"recipient": recipient, "organisation": settings.org_name, "address_of": address_of}
    with reading_in(recipient.zone):
        subject = " ".join(render_template(f"emails/{name}/subject.txt", **context).split())
        text = render_template(f"emails/{name}/body.txt", **context)
        html = render_template(f"emails/{name}/body.html", **context)
    inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True)
    return RenderedMail(subject=subject, text=BLANK_LINES.sub("\n\n", text).strip() + "\n", html=inliner.inline(html))
