"""What every refusal must be: 4xx, a problem of RFC 9457, with field and fix of what was sent."""

from typing import Any

OF_FIELDS = {400, 413, 415, 422}  # something that was sent is wrong; 404, 405 and 409 are about what is there
MEMBERS = ("type", "title", "status", "detail")


def faults_of(status: int, media_type: str, body: Any) -> list[str]:
    """What is wrong with an answer; empty for one that is no refusal, or a good one."""
    if status >= 500:
        return [f"answered {status}: {body}"]
    if status < 400:
        return []
    if media_type.partition(";")[0] != "application/problem+json":
        return [f"{status} came as {media_type}"]
    found = [f"{status} lacks {name}" for name in MEMBERS if not body.get(name)]
    if body.get("status") != status:
        found.append(f"{status} calls itself {body.get('status')}")
    errors = body.get("errors", [])
    if status in OF_FIELDS and not errors:
        found.append(f"{status} names no field: {body.get('detail')}")
    found += [
        f"{status} says nothing of a field: {error}"
        for error in errors
        if not (error.get("field") and error.get("message", "").endswith((".", "?", "…")))
    ]
    return found


def assert_well_refused(response: Any) -> None:
    """`response`, of a test client, is no refusal or a good one."""
    media_type = response.headers.get("content-type", "")
    body = response.json() if response.status_code >= 400 and "json" in media_type else None
    assert not faults_of(response.status_code, media_type, body or {}), response.text
