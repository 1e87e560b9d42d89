"""How many examples a property is tried with: few in every test run, FUZZ_EXAMPLES in the long form."""

import os

from hypothesis import HealthCheck, Phase, settings

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "0"))


def often(short: int) -> settings:
    """Settings for `short` examples a test run; without a time limit an example, the machine may be busy."""
    return settings(
        max_examples=EXAMPLES or short,
        deadline=None,
        database=None,
        phases=(Phase.explicit, Phase.generate, Phase.target, Phase.shrink),
        suppress_health_check=list(HealthCheck),
    )
