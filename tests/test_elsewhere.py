"""What another site's page, open in the same browser, can do: lead people to a page, and nothing else."""

import re

import pytest

from app.guesses import MOST_WRONG
from tests.serving import client_on, cookie_name

TOKEN = "correct horse battery staple"
TYPED = {"sec-fetch-site": "none", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
LINK = {**TYPED, "sec-fetch-site": "cross-site"}
PICTURE = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image"}
NEIGHBOUR = {**PICTURE, "sec-fetch-site": "same-site"}
FRAME = {**LINK, "sec-fetch-dest": "iframe"}
PREFETCH = {**LINK, "sec-purpose": "prefetch"}
OLD_BROWSER = {"accept": "text/html,*/*"}  # and every browser at an address without HTTPS


@pytest.fixture
def client(tmp_path):
    with client_on(tmp_path, token=TOKEN) as client:
        yield client


def by_link(client, token, said, **options):
    return client.get("/login", params={"token": token}, headers=said, **options)


@pytest.mark.parametrize("said", [PICTURE, NEIGHBOUR, FRAME, PREFETCH])
def test_its_pictures_frames_and_prefetches_try_no_token(client, said):
    for number in range(2 * MOST_WRONG):
        refused = by_link(client, f"guess {number}", said)
        assert refused.status_code == 403
        assert "other sites" in refused.json()["detail"]
    assert by_link(client, TOKEN, said).status_code == 403
    assert by_link(client, TOKEN, TYPED).status_code == 200, "and nobody is locked out"
    assert client.cookies[cookie_name(client)]


def test_it_makes_no_call(client):
    client.headers["authorization"] = f"Bearer {TOKEN}"
    for path in ("/api/jobs", "/api/health", "/", "/static/js/lab.js", "/metrics"):
        assert client.get(path, headers=PICTURE).status_code == 403
        own = {**PICTURE, "sec-fetch-site": "same-origin"}
        assert client.get(path, headers=own).status_code != 403
    sent = client.post("/api/jobs/x/stop", headers=LINK)
    assert sent.status_code == 403, "a form, where a browser names no origin"


@pytest.mark.parametrize("said", [LINK, {**LINK, "sec-fetch-site": "same-site"}, OLD_BROWSER])
def test_its_link_logs_in_by_a_page_in_between(client, said):
    answer = by_link(client, TOKEN, said, follow_redirects=False)
    assert answer.status_code == 303
    assert TOKEN not in answer.headers["location"]
    assert cookie_name(client) in answer.headers["set-cookie"]
    kept = client.cookies[cookie_name(client)]
    client.cookies.clear()  # a browser does not send it along the way
    between = client.get(answer.headers["location"], headers=said)
    assert between.status_code == 200
    onward = re.search(r'<meta http-equiv="refresh" content="0; url=([^"]+)">', between.text)[1]
    client.cookies.set(cookie_name(client), kept)
    arrived = client.get(onward, headers={**said, "sec-fetch-site": "same-origin"})
    assert arrived.status_code == 200
    assert arrived.url.path == "/"


def test_who_is_logged_in_and_follows_a_plain_link_is_not_asked_again(client):
    between = client.get("/", headers=LINK)
    onward = re.search(r"url=([^\"]+)", between.text)[1]
    asked = client.get(onward, headers={**TYPED, "sec-fetch-site": "same-origin"})
    assert 'name="token"' in asked.text, "who is not, is, and not led on for ever"
    by_link(client, TOKEN, TYPED)
    arrived = client.get(onward, headers={**TYPED, "sec-fetch-site": "same-origin"})
    assert arrived.url.path == "/"


@pytest.mark.parametrize("said", [TYPED, LINK, OLD_BROWSER, {}])
def test_a_refused_link_leaves_no_token_in_the_address(client, said):
    wrong = by_link(client, "wrong", said)
    assert wrong.status_code == 401
    assert "not the token" in wrong.text
    assert "token" not in str(wrong.url)
    for number in range(MOST_WRONG):
        by_link(client, f"guess {number}", said)
    refused = by_link(client, TOKEN, said)
    assert refused.status_code == 429
    assert "Too many wrong tokens" in refused.text
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert "token" not in str(refused.url)
    assert cookie_name(client) not in client.cookies
