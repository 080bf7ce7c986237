"""Firsthire: a self-hosted recruiting-pipeline tracker. create_app() is the one composition root."""

from pathlib import Path
from urllib.parse import urlsplit

from flask import Flask
from flask_login import LoginManager
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from tracker import (
    access,
    accounts,
    approvals,
    candidates,
    desk,
    health,
    history,
    mail,
    metrics,
    offers,
    pipeline,
    reminders,
    requisitions,
    roles,
    saved_views,
    summaries,
    vetting,
)
from tracker.accounts import frame, permissions, signing_in
from tracker.config import Settings
from tracker.core import bell, broker, clock, http, limits, logs, once, packing, presence, templating
from tracker.core.cycles import SearchAfterwards
from tracker.core.db import db, let_go, prepare_engine
from tracker.core.registry import Registry

ROOT = Path(__file__).parent.parent
STATIC = Path(__file__).parent / "static"

#: From the ground up, as the house says; each registers what flows upwards, and its pages.
DOMAINS = (
    history,
    accounts,
    mail,
    access,
    approvals,
    roles,
    requisitions,
    saved_views,
    candidates,
    pipeline,
    vetting,
    offers,
    metrics,
    reminders,
    summaries,
    desk,
)

csrf = CSRFProtect()
login_manager = LoginManager()


def create_app(settings: Settings | None = None) -> Flask:
    """Put the application together from its settings (default: from the environment).

    Raises SettingsError for a setting that cannot be used.
    """
    settings = settings or Settings.from_environment()
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=str(STATIC))
    app.extensions["settings"] = settings
    app.config.update(
        SECRET_KEY=settings.secret_key,
        TESTING=settings.testing,
        # Where links lead that are made outside a request, in mails. Requests under other names are answered as well.
        SERVER_NAME=urlsplit(settings.base_url).netloc,
        PREFERRED_URL_SCHEME=urlsplit(settings.base_url).scheme,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings),
        MAX_CONTENT_LENGTH=settings.upload_limit_mb * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        SESSION_COOKIE_NAME="firsthire",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        REMEMBER_COOKIE_NAME="firsthire_remember",
        REMEMBER_COOKIE_HTTPONLY=True,
        REMEMBER_COOKIE_SAMESITE="Lax",
        REMEMBER_COOKIE_SECURE=settings.secure_cookies,
        # A token lives as long as the sign-in, so that a form left open over lunch still counts.
        WTF_CSRF_TIME_LIMIT=None,
    )
    logs.configure(settings.log_level)
    if settings.testing:
        clock.set_offset(settings.clock_offset_seconds)
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)

    db.init_app(app)
    # Called before the extension's own way out, which raises when the connection is gone.
    app.teardown_appcontext(lambda _fault: let_go())
    with app.app_context():
        prepare_engine(db.engine)
    packing.init_app(app)
    csrf.init_app(app)
    signing_in.prepare(app, login_manager)
    app.extensions["bell"] = bell.Bell(broker.celery_url(settings))

    http.init_app(app)
    once.init_app(app)
    limits.init_app(app, settings)
    presence.init_app(app, settings)
    templating.install(app, frame.make_frame())
    app.jinja_env.globals["can"] = permissions.reader_can
    registry = Registry()
    for domain in DOMAINS:
        domain.register(registry)
        for blueprint in domain.blueprints():
            app.register_blueprint(blueprint)
    app.register_blueprint(health.blueprint)
    registry.freeze()
    app.extensions["registry"] = registry
    app.wsgi_app = SearchAfterwards(app.wsgi_app)  # type: ignore[method-assign]
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(STATIC),
        prefix="static/",
        max_age=31536000,
        immutable_file_test=lambda path, url: "/dist/" in url,
    )
    if hops := settings.trusted_proxies:
        # Tries are counted per network address, and cookies marked for HTTPS: both are known by the proxy only.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _engine_options(settings: Settings) -> dict[str, object]:
    if settings.database_url.startswith("sqlite"):
        return {"connect_args": {"check_same_thread": False, "timeout": 10}}
    return {"pool_pre_ping": True, "pool_size": 5, "max_overflow": 10}
