"""The page, the log-in, and the files they load. Rule: nothing comes from another host."""

import gzip
import re
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from urllib.parse import parse_qs

from fastapi import APIRouter, Request, Response
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.templating import Jinja2Templates

from app.access import COOKIE_SECONDS, Access, Right
from app.early import early_paths
from app.elsewhere import is_from_elsewhere, was_followed
from app.guesses import TooManyGuesses
from app.parts import WithParts
from app.security import address_of_caller
from app.static_files import A_YEAR, PageFiles
from app.store import jobs as job_rows
from app.store.database import DatabaseAway, reading
from app.watching import is_watching

router = APIRouter(include_in_schema=False)
ROOT = Path(__file__).parent.parent.parent
templates = Jinja2Templates(ROOT / "templates")
LONGEST_FORM = 4096  # bytes
WRONG = "This is not the token of this server."
# a page of this server in between: what another site's link leads to, redirects too, comes without cookie
FOLLOWED, AGAIN = "followed", "again"
TOO_OFTEN = "too-often"
KEY = re.compile(r"[\w-]{1,64}", re.ASCII)
EVERYWHERE = "js/shortcuts.js"  # beside a page's own script, which is named as its template
PLOTLY_VERSION = version("plotly")


def page(request: Request, name: str, status: int = 200, **values: object) -> HTMLResponse:
    """A page of templates/ with what all of them need; `here`: its address, if it has a script."""
    root_path: str = request.app.state.parts.settings.root_path
    access: Access = request.app.state.access
    page_files: PageFiles = request.app.state.page_files
    context = {
        "root_path": root_path,
        "static": page_files.address(root_path),
        "modules": page_files.modules(f"js/{Path(name).stem}.js", EVERYWHERE) if "here" in values else (),
        "plotly_version": PLOTLY_VERSION,
        "needs_token": not access.is_open,
        "watching": is_watching(request.scope),
        **values,
    }
    # behind a log-in a page is not kept: nobody goes back to it, logged out
    headers = {"Cache-Control": "no-cache" if access.is_open else "no-store"}
    return templates.TemplateResponse(request, name, context, status_code=status, headers=headers)


@router.get("/")
def lab(request: Request, parts: WithParts) -> Response:
    """The page."""
    row = None
    if named := request.query_params.get("job"):
        with suppress(DatabaseAway), reading(parts.engine) as connection:  # the page says so itself
            row = job_rows.get(connection, named) if KEY.fullmatch(named) else None
    return page(request, "lab.html", here="/", early=early_paths(row) if row else [])


@router.get("/compare")
def compare(request: Request) -> Response:
    """Any jobs beside one another."""
    return page(request, "compare.html", here="/compare")


@router.get("/data")
def data(request: Request) -> Response:
    """All data sets, and the upload of one's own."""
    return page(request, "data.html", here="/data")


@router.get("/studies")
def studies(request: Request) -> Response:
    """Studies."""
    return page(request, "studies.html", here="/studies")


@router.get("/jobs/{job_id}")
def job(request: Request, parts: WithParts, job_id: str) -> Response:
    """Everything about one job; of one that is unknown or deleted, that it is so."""
    with reading(parts.engine) as connection:
        row = job_rows.get(connection, job_id)
    if row is None:
        return page(request, "job_unknown.html", 404, here="/jobs", job_id=job_id)
    return page(request, "job.html", here="/jobs", job_id=row.id, job_name=row.name, early=early_paths(row))


@router.get("/learn")
def learn(request: Request) -> Response:
    """The practical, chapter by chapter."""
    return page(request, "learn.html", here="/learn")


@router.get("/experiments")
def experiments(request: Request) -> Response:
    """Small experiments, a card each; reached from Learn."""
    return page(request, "experiments.html", here="/experiments", part_of="/learn")


@router.get("/login")
def login_page(
    request: Request, parts: WithParts, token: str = "", refused: str = "", come: str = ""
) -> Response:
    """The form; or, from the printed link, straight in, at an address without the token."""
    access: Access = request.app.state.access
    root_path = parts.settings.root_path
    if token or access.is_open:
        return _by_link(request, access, root_path, token)
    if refused:
        return _refused(request, access, refused)
    if come == AGAIN:
        if access.by_cookie(request.headers):
            return _to(f"{root_path}/")
    elif come == FOLLOWED or is_from_elsewhere(request.headers):
        return page(request, "onward.html", onward=f"{root_path}/login?come={AGAIN}")
    return page(request, "login.html", error=None)


@router.post("/login")
async def login(request: Request, parts: WithParts) -> Response:
    """The form's answer."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_FORM:
            return _wrong(request)
    given = parse_qs(body.decode("utf-8", "replace")).get("token", [""])[0].strip()
    access: Access = request.app.state.access
    root_path = parts.settings.root_path
    if access.is_open:
        return _to(f"{root_path}/")
    try:
        right = access.try_token(given, address_of_caller(request.scope))
    except TooManyGuesses as many:
        return _slowed(request, many)
    return _let_in(request, access, root_path, right) if right else _wrong(request)


@router.post("/logout")
def logout(request: Request, parts: WithParts) -> Response:
    """Out: this browser keeps no cookie. Others stay logged in, and a websocket that is open stays so."""
    root_path = parts.settings.root_path
    response = _to(f"{root_path}/login")
    response.delete_cookie(
        request.app.state.access.cookie_name,
        path=root_path or "/",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return response


def _by_link(request: Request, access: Access, root_path: str, given: str) -> Response:
    """In, or to the form: the address of the answer holds no token in either case."""
    if access.is_open:
        return _to(f"{root_path}/")
    try:
        right = access.try_token(given, address_of_caller(request.scope))
    except TooManyGuesses:
        return _to(f"{root_path}/login?refused={TOO_OFTEN}")
    if right is None:
        return _to(f"{root_path}/login?refused=wrong")
    onward = f"/login?come={FOLLOWED}" if was_followed(request.headers) else "/"
    return _let_in(request, access, root_path, right, onward)


def _refused(request: Request, access: Access, why: str) -> Response:
    """The form with what was wrong with a link; once the wait is over, as it always is."""
    if why != TOO_OFTEN:
        return _wrong(request)
    try:
        access.refuse(address_of_caller(request.scope))
    except TooManyGuesses as many:
        return _slowed(request, many)
    return page(request, "login.html", error=None)


def _slowed(request: Request, many: TooManyGuesses) -> Response:
    answer = page(request, "login.html", 429, error=str(many))
    answer.headers["Retry-After"] = str(many.seconds)
    return answer


def _wrong(request: Request) -> Response:
    return page(request, "login.html", 401, error=WRONG)


def _to(address: str) -> Response:
    return RedirectResponse(address, 303, headers={"Cache-Control": "no-store"})


def _let_in(request: Request, access: Access, root_path: str, right: Right, onward: str = "/") -> Response:
    response = _to(f"{root_path}{onward}")
    response.set_cookie(
        access.cookie_name,
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
