"""Every page, and the states in which it is looked at. Rule: a page that is not in `LOOKS` fails a test."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, expect

from app.routes import docs, pages
from tests.product import Product
from tests.serving import server_on

TOKEN = "a token for the log-in page"
LESSON = "/?epochs=3&lesson=Rates&ask=Which?&choice=a&choice=b&lock=all&free=epochs,dropout&hide=noise,x"
SIZES = {"wide": (1440, 900), "phone": (390, 844)}
THEMES = ("light", "dark")


@dataclass
class World:
    """A server, first with nothing in it, and one that asks for a token."""

    product: Product
    closed: str
    ids: dict[str, str] = field(default_factory=dict)

    def furnish(self) -> None:
        """Ended jobs on pictures and on points, the newest with a diagnosis, and a study."""
        if self.ids:
            return
        digits = self.product.create(
            dataset="digits", hidden_sizes=[16], epochs=3, learning_rate=0.3, batch_size=64
        )
        points = self.product.create(epochs=4, batch_size=20, gradients="by_hand")
        study = self.product.http.post(
            "/api/studies",
            json={"kind": "sweep", "base": {"epochs": 1}, "axes": {"learning_rate": [0.1, 0.5]}, "seeds": 1},
        )
        self.ids = {"digits": digits["id"], "points": points["id"], "study": study.json()["id"]}
        self.ids["job_id"] = digits["id"]  # as the route of a job's page calls it
        for job in self.product.http.get("/api/jobs").json()["jobs"]:
            self.product.wait(job["id"])


@contextmanager
def world_in(folder: Path) -> Iterator[World]:
    """Both servers on fresh data."""
    with Product(folder / "data") as product, server_on(folder / "closed", token=TOKEN) as closed:
        yield World(product.ready(), f"http://{closed}")


@dataclass(frozen=True)
class Look:
    """A page in one state. `path` names places of the world's ids in braces."""

    name: str
    route: str
    ready: Callable[[Page], None]
    path: str = ""
    needs_jobs: bool = True
    is_closed: bool = False

    def open(self, page: Page, world: World) -> None:
        """Bring the page into this state."""
        if self.needs_jobs:
            world.furnish()
        base = world.closed if self.is_closed else world.product.url
        page.goto(base + (self.path or self.route).format(**world.ids))
        self.ready(page)


def _lab(page: Page) -> None:
    expect(page.locator("#start")).to_be_enabled()
    expect(page.locator("#sheet")).to_have_attribute("data-state", "ready")
    expect(page.locator("#sees")).to_have_attribute("data-state", "ready")


def _lab_with_job(page: Page) -> None:
    _lab(page)
    page.locator("#loss-chart").scroll_into_view_if_needed()
    expect(page.locator("#loss-chart .scatterlayer .trace").first).to_be_attached()
    expect(page.locator("#inside-body > *").first).to_be_attached()


def _inside(kind: str) -> Callable[[Page], None]:
    def show(page: Page) -> None:
        _lab_with_job(page)
        page.locator(f'#inside-tabs [data-kind="{kind}"]').click()
        expect(page.locator("#inside-body")).to_have_attribute("data-kind", kind)

    return show


def _open_details(page: Page) -> None:
    _lab_with_job(page)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    page.locator("#sheet-rows tr[data-layer] button").first.click()
    page.locator("#several").click()


def _fork(page: Page) -> None:
    _lab_with_job(page)
    page.locator("#fork").click()
    expect(page.locator("#checkpoints tr").first).to_be_visible()


def _delete(page: Page) -> None:
    _lab_with_job(page)
    page.locator('#jobs tr[aria-current] [data-action="delete"]').click()
    expect(page.locator("#confirm")).to_be_visible()


def _mosaic(page: Page) -> None:
    _lab_with_job(page)
    page.locator("#try-mosaic").click()
    expect(page.locator("#try-stage")).to_be_visible()


def _shift(page: Page) -> None:
    _lab_with_job(page)
    page.locator("#try-shift").click()
    expect(page.locator("#try-shift-chart .scatterlayer .trace").first).to_be_attached()


def _shortcuts(page: Page) -> None:
    _lab(page)
    page.locator("#shortcuts-open").click()
    expect(page.locator("#shortcuts")).to_be_visible()


def _refused(page: Page) -> None:
    _lab(page)
    page.locator('[data-field="learning_rate"]').fill("-1")
    expect(page.locator("#error-learning_rate")).to_be_visible()


def _data(page: Page) -> None:
    expect(page.locator('[data-dataset="circles"] .thumbnails canvas')).to_be_visible()
    expect(page.locator('[data-dataset="digits"] .thumbnails img').first).to_be_visible()


def _job(page: Page) -> None:
    expect(page.locator("#sheet")).to_have_attribute("data-state", "ready")
    expect(page.locator("#saved tr").first).to_be_visible()
    expect(page.locator("#timeline li[data-seq]").first).to_be_visible()
    page.locator("#loss-chart").scroll_into_view_if_needed()
    expect(page.locator("#loss-chart .scatterlayer .trace").first).to_be_attached()
    page.evaluate("document.querySelectorAll('#job-details details').forEach(one => { one.open = true; })")


def _then(page: Page) -> None:
    _job(page)
    expect(page.locator("#then")).to_be_visible()


def _studies(page: Page) -> None:
    expect(page.locator("#ready li").first).to_be_visible()
    expect(page.locator("#base-words")).not_to_be_empty()


def _study(page: Page) -> None:
    _studies(page)
    expect(page.locator("#study-table tbody tr")).to_have_count(2)
    page.locator("#curves-plot").scroll_into_view_if_needed()
    expect(page.locator("#curves-plot .scatterlayer .trace").first).to_be_attached()


def _compare(page: Page) -> None:
    expect(page.locator("#compare")).not_to_have_attribute("data-state", "loading")


def _compared(page: Page) -> None:
    expect(page.locator("#compare")).to_have_attribute("data-state", "ready")
    expect(page.locator("#loss-chart")).to_have_attribute("data-empty", "false")


def _measured(page: Page) -> None:
    page.locator("#measure-gradient-cost").click()
    expect(page.locator("#gradient-cost")).to_have_attribute("data-state", "ready", timeout=60_000)
    page.locator("#gradient-cost details summary").click()


def _heading(page: Page) -> None:
    expect(page.locator("h1").first).to_be_visible()


def _wrong_token(page: Page) -> None:
    page.locator("#token").fill("no")
    page.locator("button").click()
    expect(page.locator("#error-token")).to_be_visible()


def _learn(page: Page) -> None:
    expect(page.locator("#learn")).to_have_attribute("data-state", "ready")


def _lesson(page: Page) -> None:
    _lab(page)
    page.locator("#start").click()
    expect(page.locator("#lesson-error")).to_be_visible()


def _lesson_maker(page: Page) -> None:
    _lab(page)
    page.locator("#make-lesson").click()
    expect(page.locator("#lesson-link")).not_to_have_value("")


def _explained(page: Page) -> None:
    _lab(page)
    page.locator('[data-explain="lr_schedule"]').click()
    expect(page.locator("#explanation svg")).to_be_visible()


LOOKS = (
    Look("the Lab, empty", "/", _lab, needs_jobs=False),
    Look("the Lab, shortcuts", "/", _shortcuts, needs_jobs=False),
    Look("the Lab, a field refused", "/", _refused, needs_jobs=False),
    Look("Studies, empty", "/studies", _studies, needs_jobs=False),
    Look("Compare, empty", "/compare", _compare, needs_jobs=False),
    Look("Data", "/data", _data, needs_jobs=False),
    Look("Learn", "/learn", _learn, needs_jobs=False),
    Look("the Lab, a lesson", "/", _lesson, LESSON, needs_jobs=False),
    Look("the Lab, making a lesson", "/", _lesson_maker, needs_jobs=False),
    Look("the Lab, an explanation", "/", _explained, "/?dataset=digits&epochs=9", needs_jobs=False),
    Look("Experiments, empty", "/experiments", _heading, needs_jobs=False),
    Look("Experiments, measured", "/experiments", _measured, needs_jobs=False),
    Look("log-in", "/login", _heading, needs_jobs=False, is_closed=True),
    Look("log-in, wrong token", "/login", _wrong_token, needs_jobs=False, is_closed=True),
    Look("the API", "/api/docs", _heading, needs_jobs=False),
    Look("the Lab, a job on pictures", "/", _lab_with_job, "/?dataset=digits&job={digits}"),
    Look("the Lab, everything opened", "/", _open_details, "/?architecture=cnn&dataset=digits&job={digits}"),
    Look("the Lab, two jobs", "/", _lab_with_job, "/?job={digits}&shown={digits},{points}"),
    Look("the Lab, gradients by hand", "/", _inside("gradient_check"), "/?job={points}"),
    Look("the Lab, a boundary", "/", _inside("boundary"), "/?job={points}"),
    Look("the Lab, fork", "/", _fork, "/?job={digits}"),
    Look("the Lab, delete", "/", _delete, "/?job={digits}"),
    Look("the Lab, mosaic", "/", _mosaic, "/?job={digits}"),
    Look("the Lab, shift", "/", _shift, "/?job={digits}"),
    Look("Compare, two jobs", "/compare", _compared, "/compare?jobs={digits},{points}"),
    Look("a job's page", "/jobs/{job_id}", _job),
    Look("a job's page, as it was", "/jobs/{job_id}", _then, "/jobs/{digits}?at=0&shown={points}"),
    Look("a study", "/studies", _study, "/studies?study={study}"),
)

INTERACTIVE = {  # a page can be used once this is there
    "/": "#start:enabled",
    "/compare": "#compare:not([data-state=loading])",
    "/studies": "#ready button",
    "/jobs/{job_id}": "#fork:not([hidden])",
    "/data": '[data-dataset="circles"] [data-action="train"]',
    "/learn": "#learn[data-state=ready]",
    "/experiments": "#measure-gradient-cost:enabled",
    "/login": "form button",
    "/api/docs": "main section",
}


# what is opened to see whether anything moves
OPENED = (
    *INTERACTIVE,
    "/?job={digits}",
    "/?job={points}",
    "/compare?jobs={digits},{points}",
    "/studies?study={study}",
    LESSON,
)


def settle(page: Page, address: str) -> None:
    """Open a page and wait until it is all there."""
    page.goto(address)
    page.wait_for_load_state("networkidle")
    expect(page.locator("[data-opening]")).to_have_count(0)


def opened(world: World, route: str) -> str:
    """The address at which this page is measured."""
    if "{" in route:
        world.furnish()
    base = world.closed if route == "/login" else world.product.url
    return base + route.format(**world.ids)


def page_routes() -> set[str]:
    """Every address that answers with a page."""
    routes = [*pages.router.routes, *docs.router.routes]
    found = {(route.path, method) for route in routes for method in route.methods}  # type: ignore[attr-defined]
    return {path for path, method in found if method == "GET" and not path.startswith("/static/")}
