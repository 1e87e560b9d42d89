"""Names that try to be paths: they reach no file but their own."""

import http.client
from itertools import product
from pathlib import Path

import pytest

from ml.checkpoint_files import checkpoints_in
from tests.serving import client_on, server_on
from tests.store import new_job

UP = ["..", "%2e%2e", "..%2f..", "%2e%2e%2f%2e%2e", "..%5c..", "%2e%2e%5c", ".%00", "%2fetc"]
SECRET = "nobody may read this"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """A data folder inside another one, which holds a secret."""
    around = tmp_path_factory.mktemp("around")
    (around / "secret.txt").write_text(SECRET)
    (around / "about.json").write_text(SECRET)
    return around / "data"


@pytest.fixture(scope="module")
def client(data):
    with client_on(data) as client:
        yield client


@pytest.fixture(scope="module")
def ask(data, client):
    """A call of a real server, whose address nobody puts in order on the way: status and body."""
    with server_on(data) as address:

        def call(method, path):
            connection = http.client.HTTPConnection(address, timeout=10)
            try:
                connection.request(method, path)
                answer = connection.getresponse()
                return answer.status, answer.read().decode("utf-8", "replace")
            finally:
                connection.close()

        yield call


@pytest.mark.parametrize(
    "path",
    ["/static/{up}/pyproject.toml", "/static/0123456789ab/{up}/pyproject.toml",
     "/static/0123456789ab/{up}/{up}/pyproject.toml",
     "/static/js/{up}/{up}/app/main.py", "/static//{up}/README.md",
     "/api/datasets/{up}", "/api/datasets/{up}/preview", "/api/jobs/{up}", "/api/jobs/{up}/log",
     "/api/jobs/{up}/report.html", "/api/jobs/{up}/script.py", "/api/jobs/{up}/checkpoints",
     "/api/jobs/{up}/checkpoints/1/weights.safetensors", "/api/jobs/{up}/snapshots/1", "/api/studies/{up}",
     "/api/sheets/{up}", "/jobs/{up}"],
)  # fmt: skip
def test_no_address_leads_out_of_its_folder(ask, path):
    for up in UP:
        status, text = ask("GET", path.format(up=up))
        assert status in (404, 405, 422), (up, text[:200])
        assert not [words for words in (SECRET, "[project]", "create_app") if words in text]


def test_nothing_beside_is_deleted(ask, data):
    (data / "datasets").mkdir(exist_ok=True)
    before = sorted(path for path in data.parent.rglob("*") if "livetrain.db" not in path.name)
    for up, path in product(UP, ("/api/datasets/{up}", "/api/jobs/{up}", "/api/studies/{up}?with_jobs=true")):
        assert ask("DELETE", path.format(up=up))[0] in (404, 405, 422)
    assert sorted(path for path in data.parent.rglob("*") if "livetrain.db" not in path.name) == before


@pytest.mark.parametrize("up", ["../..", "..", "/etc", "a/../b", "", "a\0b", "a\n"])
@pytest.mark.parametrize("field", ["dataset", "name"])
def test_a_config_takes_no_path_for_a_data_set_and_a_name_is_only_a_name(client, data, field, up):
    answer = client.post("/api/jobs", json={field: up})
    if field == "dataset":
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["field"] == "dataset"
    elif answer.status_code == 201:
        job = answer.json()
        assert job["name"] == up.strip()
        taken_home = client.get(f"/api/jobs/{job['id']}/script.py").headers["content-disposition"]
        assert taken_home == f'attachment; filename="livetrain-{job["id"]}.py"', "files are called by the id"
    assert not (data / "checkpoints").exists()


@pytest.mark.parametrize("job_id", ["..", ".", "", "../x", "a/b", "/etc", "a\\b", "a\0", "é"])
def test_checkpoints_of_no_job_have_no_folder(job_id, tmp_path):
    with pytest.raises(ValueError, match="is no job's id"):
        checkpoints_in(tmp_path, job_id)


def test_every_job_has_a_folder_of_its_own(engine, tmp_path):
    job_id = new_job(engine)
    assert checkpoints_in(tmp_path, job_id) == Path(tmp_path) / "checkpoints" / job_id
