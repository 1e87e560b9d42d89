"""The application: `create_app(settings)` wires the parts. Rule: nothing happens on import."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.middleware import Middleware

from app import VERSION
from app.access import COOKIE_KEY_FILE, Access, kept_secret
from app.attendance import Attendance
from app.body_limit import BodyLimit
from app.doorbell import Doorbell
from app.errors import LastResort, add_error_handlers
from app.form_types import FormTypes
from app.head_method import HeadMethod
from app.live import Live
from app.openapi import describe
from app.parts import Parts
from app.prefix import Prefix
from app.presence import Presence
from app.routes import (
    catalog,
    checkpoints,
    control,
    datasets,
    docs,
    experiments,
    exports,
    jobs,
    log,
    pages,
    proposals,
    snapshots,
    stream,
    studies,
    system,
    trying,
    uploads,
    vitals,
)
from app.security import Security
from app.settings import Settings
from app.static_files import PageFiles
from app.store.database import open_database
from app.store.migrate import bring_up_to_date
from app.vitals.tally import Answers, Tally
from ml.datasets import own


def _access(settings: Settings) -> Access:
    if not settings.needs_token:
        return Access("")
    if not settings.token:
        raise ValueError("beyond loopback, and beside a viewer token, the server needs a token of its own")
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return Access(settings.token, settings.viewer_token, kept_secret(settings.data_dir, COOKIE_KEY_FILE))


def create_app(settings: Settings, *, supervised: bool = False) -> FastAPI:
    """The server. `supervised`: it keeps a supervisor of workers at work, as `livetrain serve` does.

    Raises ValueError where a token is needed and none is given.
    """
    access = _access(settings)
    answered = Answers()

    @asynccontextmanager
    async def lifespan(server: FastAPI) -> AsyncIterator[None]:
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        bring_up_to_date(settings.database)
        own.sweep(settings.data_dir)
        engine = open_database(settings.database)
        live = Live(engine)
        supervisors = Attendance()
        presence = Presence(engine, settings, supervisors, supervised=supervised)
        server.state.parts = Parts(settings, engine, live, supervisors, answered=answered)
        asyncio.get_running_loop().run_in_executor(None, pages.plotly_script)  # before the first page asks
        live.start()
        presence.start()
        yield
        presence.stop()
        live.stop()
        engine.dispose()

    server = FastAPI(
        title="Livetrain",
        version=VERSION,
        summary="Neural networks that learn live on a page.",
        openapi_url="/api/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        middleware=[
            Middleware(Tally, answers=answered),
            Middleware(Prefix, root_path=settings.root_path),
            Middleware(Security, settings=settings, access=access),
            Middleware(LastResort),
            Middleware(FormTypes, root_path=settings.root_path),
            Middleware(BodyLimit),
            Middleware(Doorbell, data_directory=settings.data_dir),
            Middleware(HeadMethod, root_path=settings.root_path),
        ],
    )
    server.state.access = access
    add_error_handlers(server)
    subjects = (
        jobs,
        control,
        checkpoints,
        trying,
        log,
        snapshots,
        stream,
        proposals,
        studies,
        catalog,
        datasets,
        experiments,
        exports,
        uploads,
        system,
        vitals,
        docs,
        pages,
    )
    for subject in subjects:
        server.include_router(subject.router)
    describe(server, access)
    server.state.page_files = PageFiles(pages.ROOT / "static")
    server.mount("/static", server.state.page_files, name="static")
    return server
