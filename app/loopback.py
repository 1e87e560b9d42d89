"""Whether an address is this machine's own. Rule: names are not looked up."""

import ipaddress


def is_loopback(host: str) -> bool:
    """Whether an address that a server binds to can be reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
