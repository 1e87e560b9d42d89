"""What schemathesis learns of this API beside its description. Loaded by it, see `calls.py`."""

from typing import Any

import schemathesis
from hypothesis import strategies as st

from tests.fuzz.refusals import faults_of
from tests.made_zip import colours, packed

HOSTILE = {"../evil.png": b"", "ant/1.png": b"\x89PNG broken", "bee/2.jpg": b""}
ZIPS = st.sampled_from(
    [packed(colours(2)), packed(HOSTILE), packed({}), packed(colours(2))[:-30], b"PK\x03\x04"]
)

schemathesis.openapi.media_type("application/zip", ZIPS | st.binary(max_size=200))


@schemathesis.check
def refusal_names_field_and_fix(_context: Any, response: Any, _case: Any) -> None:
    """Every 4xx is a problem that says what to do."""
    media_type = (response.headers.get("content-type") or [""])[0]
    is_json = response.status_code >= 400 and "json" in media_type
    found = faults_of(response.status_code, media_type, response.json() if is_json else {})
    assert not found, "; ".join(found)
