"""No job, one, fifty: the states in which every page is looked at."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

from tests.product import Product

STATES = ("none", "one", "fifty")
TINY: dict[str, Any] = {"train_size": 40, "hidden_sizes": [4], "epochs": 2, "batch_size": 20}
FIFTY = 50
LONG_NAME = "stopped early, with a name that is far longer than anybody needs it to be"


@dataclass
class Crowd:
    """A server with as many jobs as asked for last; `ids` of some: job_id, study, failed, parent, fork."""

    product: Product
    ids: dict[str, str] = field(default_factory=dict)

    def furnish(self, state: str) -> None:
        """Bring it to this state; there is no way back."""
        if state != "none" and not self.ids:
            self.ids["job_id"] = self.product.create(**TINY)["id"]
            self.product.wait(self.ids["job_id"])
        if state == "fifty" and "study" not in self.ids:
            self._fill()

    def _fill(self) -> None:
        """A study, jobs alone, one that fails, one that is stopped, a fork."""
        create, http = self.product.create, self.product.http
        axes = {"learning_rate": [0.01, 0.1, 0.5, 1.0]}
        sweep = {"kind": "sweep", "name": "Which rate?", "base": TINY, "axes": axes, "seeds": 3}
        study = http.post("/api/studies", json=sweep).json()
        stopped = create(**{**TINY, "epochs": 100_000, "name": LONG_NAME})
        http.post(f"/api/jobs/{stopped['id']}/stop")
        failed = create(**{**TINY, "epochs": 30, "learning_rate": 1e6, "weight_decay": 1})
        self.product.wait(failed["id"])
        changes = {"epochs": 3, "learning_rate": 0.5}
        fork = http.post(f"/api/jobs/{self.ids['job_id']}/fork", json={"changes": changes}).json()
        self.ids |= {"study": study["id"], "failed": failed["id"], "fork": fork["id"]}
        for i in range(FIFTY - len(self.jobs())):
            rate = (0.03, 0.1, 0.3)[i % 3]
            create(**{**TINY, "hidden_sizes": [2 + i % 5], "learning_rate": rate, "seed": 10 + i})
        for job in self.jobs():
            self.product.wait(job["id"])

    def jobs(self) -> list[dict[str, Any]]:
        """All there are, the newest first."""
        return list(self.product.http.get("/api/jobs?limit=500").json()["jobs"])


def sideways(page: Page) -> tuple[int, list[str]]:
    """How many pixels the page is wider than its window, and what stands out."""
    out = page.evaluate(
        """() => [...document.querySelectorAll('body *')].filter(one => one.checkVisibility() &&
             !one.closest('.scroll, .inside-body, svg, .visually-hidden, .tabs, pre, [tabindex="0"]') &&
             one.getBoundingClientRect().right > innerWidth + 1)
             .map(one => one.id || one.className || one.nodeName)"""
    )
    return page.evaluate("document.documentElement.scrollWidth - innerWidth"), out
