"""The page, the log-in, and the files they load. Rule: nothing comes from another host."""

import gzip
import re
from contextlib import suppress
from functools import cache
from importlib.resources import files
from pathlib import Path
from urllib.parse import parse_qs

from fastapi import APIRouter, Request, Response
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.templating import Jinja2Templates

from app import VERSION
from app.access import COOKIE, COOKIE_SECONDS, Access, Right
from app.guesses import TooManyGuesses
from app.jobs.view import job_json
from app.parts import WithParts
from app.security import address_of_caller
from app.store import jobs as job_rows
from app.store.database import DatabaseAway, reading
from app.store.jobs import JobRow
from app.watching import is_watching

router = APIRouter(include_in_schema=False)
ROOT = Path(__file__).parent.parent.parent
templates = Jinja2Templates(ROOT / "templates")
LONGEST_FORM = 4096  # bytes
WRONG = "This is not the token of this server."
KEY = re.compile(r"[\w-]{1,64}", re.ASCII)
A_YEAR = "public, max-age=31536000, immutable"


def _page(request: Request, name: str, status: int = 200, **values: object) -> HTMLResponse:
    root_path = request.app.state.parts.settings.root_path
    access: Access = request.app.state.access
    context = {
        "root_path": root_path,
        "version": VERSION,
        "needs_token": not access.is_open,
        "watching": is_watching(request.scope),
        **values,
    }
    headers = {"Cache-Control": "no-cache"}
    return templates.TemplateResponse(request, name, context, status_code=status, headers=headers)


def _first(row: JobRow) -> dict[str, object]:
    """What the page asks for before its own scripts have come: a job, and how many steps are its own."""
    told = job_json(row)
    return {"id": row.id, "steps": told["step"] - (told["forked_from"] or {"step": 0})["step"]}


@router.get("/")
def lab(request: Request, parts: WithParts) -> Response:
    """The page."""
    row = None
    if named := request.query_params.get("job"):
        with suppress(DatabaseAway), reading(parts.engine) as connection:  # the page says so itself
            row = job_rows.get(connection, named) if KEY.fullmatch(named) else None
    return _page(request, "lab.html", here="/", first_job=_first(row) if row else None)


@router.get("/compare")
def compare(request: Request) -> Response:
    """Any jobs beside one another."""
    return _page(request, "compare.html", here="/compare")


@router.get("/data")
def data(request: Request) -> Response:
    """All data sets, and the upload of one's own."""
    return _page(request, "data.html", here="/data")


@router.get("/studies")
def studies(request: Request) -> Response:
    """Studies."""
    return _page(request, "studies.html", here="/studies")


@router.get("/jobs/{job_id}")
def job(request: Request, parts: WithParts, job_id: str) -> Response:
    """Everything about one job; of one that is unknown or deleted, that it is so."""
    with reading(parts.engine) as connection:
        row = job_rows.get(connection, job_id)
    if row is None:
        return _page(request, "job_unknown.html", 404, here="/jobs", job_id=job_id)
    return _page(request, "job.html", here="/jobs", job_id=row.id, job_name=row.name, first_job=_first(row))


@router.get("/learn")
def learn(request: Request) -> Response:
    """The practical, chapter by chapter."""
    return _page(request, "learn.html", here="/learn")


@router.get("/experiments")
def experiments(request: Request) -> Response:
    """Small experiments, a card each; reached from Learn."""
    return _page(request, "experiments.html", here="/experiments", part_of="/learn")


@router.get("/login")
def login_page(request: Request, parts: WithParts, token: str = "") -> Response:
    """The form; or, from the printed link, straight in."""
    access: Access = request.app.state.access
    if token or access.is_open:
        return _answer(request, access, parts.settings.root_path, token)
    return _page(request, "login.html", error=None)


@router.post("/login")
async def login(request: Request, parts: WithParts) -> Response:
    """The form's answer."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_FORM:
            return _page(request, "login.html", 401, error=WRONG)
    given = parse_qs(body.decode("utf-8", "replace")).get("token", [""])[0].strip()
    return _answer(request, request.app.state.access, parts.settings.root_path, given)


def _answer(request: Request, access: Access, root_path: str, given: str) -> Response:
    """Straight in, or the form again with what is wrong."""
    if access.is_open:
        return _let_in(request, access, root_path, None)
    try:
        right = access.try_token(given, address_of_caller(request.scope))
    except TooManyGuesses as many:
        refused = _page(request, "login.html", 429, error=str(many))
        refused.headers["Retry-After"] = str(many.seconds)
        return refused
    if right is None:
        return _page(request, "login.html", 401, error=WRONG)
    return _let_in(request, access, root_path, right)


def _let_in(request: Request, access: Access, root_path: str, right: Right | None) -> Response:
    response = RedirectResponse(f"{root_path}/", 303, headers={"Cache-Control": "no-store"})
    if right is not None:
        response.set_cookie(
            COOKIE,
            access.cookie_of(right),
            max_age=COOKIE_SECONDS,
            path=root_path or "/",
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
    return response


@cache
def plotly_script() -> bytes:
    """The installed Plotly's script, compressed once: 1.4 MB instead of 4.6."""
    return gzip.compress((files("plotly") / "package_data" / "plotly.min.js").read_bytes(), 6)


@router.get("/static/vendor/plotly.min.js")
def plotly(request: Request) -> Response:
    """plotly.js from the installed package."""
    script = plotly_script()
    headers = {"Cache-Control": A_YEAR, "Vary": "Accept-Encoding"}
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
    else:
        script = gzip.decompress(script)
    return Response(script, media_type="text/javascript", headers=headers)
