"""No page, in no state, breaks WCAG 2.2 AA: axe-core looks at each, light and dark, wide and on a phone."""

import pytest
from playwright.sync_api import Page

from tests.e2e.addresses import INTERACTIVE, LOOKS, SIZES, THEMES, Look, World, page_routes
from tests.e2e.axe import violations

pytestmark = pytest.mark.browser


def test_every_page_is_looked_at():
    assert page_routes() == {look.route for look in LOOKS} == set(INTERACTIVE)


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: look.name)
def test_no_page_breaks_wcag(page: Page, world: World, look: Look):
    look.open(page, world)
    found: dict[str, list[str]] = {}
    for size, (width, height) in SIZES.items():
        page.set_viewport_size({"width": width, "height": height})
        for theme in THEMES:
            page.emulate_media(color_scheme=theme)
            for line in violations(page):
                found.setdefault(line, []).append(f"{size} {theme}")
    told = [f"{line} ({', '.join(where)})" for line, where in found.items()]
    assert not told, "\n".join(told)
