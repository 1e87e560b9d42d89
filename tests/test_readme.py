"""The README is true: its lines alone create, watch and stop a job, and its links lead somewhere."""

import re
from pathlib import Path

from tests.product import Product
from tests.readme import README, run_curl_lines


def test_curl_lines_create_watch_and_stop_a_job(product: Product):
    done = run_curl_lines(product.url)
    assert done.returncode == 0, done.stderr + done.stdout
    job_id = done.stdout.split()[-1]
    job = product.wait(job_id, seconds=10)
    assert (job["status"], job["reason"]) == ("stopped", "requested")
    assert job["config"]["dataset"] == "circles"
    assert '"type":"status"' in done.stdout


def test_links_of_the_readme_lead_to_files():
    links = re.findall(r"\]\((?!http)([^)#]+)\)", README.read_text())
    assert len(links) > 5
    assert not [link for link in links if not (Path(README).parent / link).exists()]
