"""`make audit`: known security faults of what is installed. Rule: what was not asked is never called clean.

Names and versions of the installed packages go to a public database of advisories; nothing else does. Ends
with 0 when none is known, 1 when some are, and 2 when the database cannot be reached: nothing was checked.
"""

import argparse
import json
import sys
import urllib.error
import urllib.request
from collections.abc import Sequence
from importlib.metadata import distributions

DATABASE = "https://api.osv.dev"
ADVISORY = "https://osv.dev/vulnerability"
ANSWER_SECONDS = 20.0
AT_ONCE = 500  # packages of a question; the database takes 1,000
OWN = "livetrain"
CLEAN, FOUND, UNKNOWN = 0, 1, 2

Package = tuple[str, str]  # name, version


def installed() -> list[Package]:
    """What is installed beside this project, sorted."""
    found = {(one.metadata["Name"], one.version.partition("+")[0]) for one in distributions()}
    return sorted(one for one in found if one[0] != OWN)


def advisories(packages: Sequence[Package], database: str) -> dict[Package, list[str]]:
    """The advisories of those that have some. Raises OSError, or ValueError for an answer that is none."""
    known = {}
    for start in range(0, len(packages), AT_ONCE):
        asked = packages[start : start + AT_ONCE]
        queries = [
            {"package": {"ecosystem": "PyPI", "name": name}, "version": version} for name, version in asked
        ]
        answer = _ask(f"{database}/v1/querybatch", {"queries": queries})
        results = answer.get("results") if isinstance(answer, dict) else None
        if not isinstance(results, list) or len(results) != len(asked):
            raise ValueError("its answer is not one about these packages")
        for package, result in zip(asked, results, strict=True):
            if found := [one["id"] for one in result.get("vulns", [])]:
                known[package] = sorted(found)
    return known


def _ask(address: str, body: dict[str, object]) -> object:
    request = urllib.request.Request(address, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:
        return json.load(answer)


def audit(packages: Sequence[Package], database: str = DATABASE) -> int:
    """Say what is known, a line an advisory; how the program is to end."""
    try:
        known = advisories(packages, database)
    except (OSError, ValueError, KeyError, AttributeError) as error:
        reason = getattr(error, "reason", error)
        print(f"Not checked: the advisory database {database} cannot be asked ({reason}).")
        print(
            "Nothing is known about the installed packages; run this again where the internet can be reached."
        )
        return UNKNOWN
    for (name, version), found in known.items():
        for one in found:
            print(f"{name} {version}: {one}   {ADVISORY}/{one}")
    count = f"{len(packages)} packages were checked"
    if known:
        print(f"{count}; {len(known)} of them have known faults: raise their versions in constraints.txt.")
        return FOUND
    print(f"{count}; no fault is known in any of them.")
    return CLEAN


def main() -> None:
    """Ask about all that is installed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", default=DATABASE, help="another server that answers as OSV does")
    sys.exit(audit(installed(), parser.parse_args().database))


if __name__ == "__main__":
    main()
