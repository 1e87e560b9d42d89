"""Who is counted as the caller behind a proxy: nobody whom the caller invented."""

import pytest
from starlette.testclient import TestClient
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from app.guesses import MOST_WRONG
from app.last_hop import BELIEVED, by_last_hop
from app.main import create_app
from app.settings import Settings

PROXY = "172.18.0.1"


@pytest.mark.parametrize("believed", ["*", PROXY, "172.16.0.0/12"])
def test_guesses_are_counted_whatever_address_the_caller_invents(tmp_path, monkeypatch, believed):
    monkeypatch.setenv(BELIEVED, believed)
    inside = by_last_hop(create_app(Settings(data_dir=tmp_path, token="the token")))
    served = ProxyHeadersMiddleware(inside, believed)  # as uvicorn puts it around
    with TestClient(served, base_url="http://127.0.0.1:8000", client=(PROXY, 4000)) as client:

        def status(token, *said):
            headers = [("authorization", f"Bearer {token}"), *(("x-forwarded-for", one) for one in said)]
            return client.get("/api/jobs", headers=headers).status_code

        for number in range(MOST_WRONG):
            assert status(f"guess {number}", f"10.0.0.{number}, 203.0.113.9") == 401
        assert status("the token", "10.0.1.1, 203.0.113.9") == 429
        assert status("the token", "10.0.1.2", "203.0.113.9") == 429, "in two headers too"
        assert status("the token", "10.0.1.3, 203.0.113.9:4000") == 429, "from another port too"
        assert status("the token", "203.0.113.10") == 200, "others are not locked out"
