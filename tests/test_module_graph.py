"""The head of a page names what its script leads to: all of it, and nothing that may never be needed."""

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.main import create_app
from app.module_graph import modules_of
from app.settings import Settings

PAGES = ("/", "/compare", "/data", "/studies", "/learn", "/experiments", "/jobs/{job}")
HREF = re.compile(r'<link rel="modulepreload"[^>]* href="([^"]+)">')
SCRIPT = re.compile(r'<script type="module" src="([^"]+)">')
SPECIFIER = re.compile(r"""\bfrom\s*["']([^"']+)["']""")


def test_layers_are_followed_circles_end_and_what_comes_later_is_left_out(tmp_path: Path):
    (tmp_path / "js/parts").mkdir(parents=True)
    for name, text in {
        "page.js": 'import { a,\n  b } from "./parts/one.js";\nimport "./two.js";\n'
        'const late = () => import("./late.js");\n',
        "two.js": 'export { c } from "./parts/three.js";\n/** @type {import("./types.js").T} */\n',
        "parts/one.js": 'import { c } from "../two.js";\nconst word = "from"; const path = "./no.js";\n',
        "parts/three.js": 'import * as page from "../page.js";\nexport const END = "./end.js";\n'
        'export { d } from "./missing.js";\n',
    }.items():
        (tmp_path / "js" / name).write_text(text)
    found = modules_of(tmp_path, "stamp", "js/page.js")
    assert found == ("js/parts/one.js", "js/two.js", "js/parts/three.js", "js/parts/missing.js")


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory):
    server = create_app(Settings(data_dir=tmp_path_factory.mktemp("data")))
    with TestClient(server, base_url="http://127.0.0.1") as client:
        yield client


@pytest.mark.parametrize("path", PAGES)
def test_every_module_that_a_named_one_imports_is_named_too(client: TestClient, path: str):
    job = client.post("/api/jobs", json={}).json()["id"]
    page = client.get(path.format(job=job)).text
    named = {*HREF.findall(page), *SCRIPT.findall(page)}
    assert len(named) > 10
    for address in named:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "immutable" in answer.headers["cache-control"], address
        for specifier in SPECIFIER.findall(answer.text):
            if specifier.startswith("."):
                assert str(answer.url.join(specifier).path) in named, f"{address} imports {specifier}"


def test_a_page_without_a_script_of_its_own_names_none(client: TestClient):
    assert HREF.findall(client.get("/jobs/nobody").text) == []
