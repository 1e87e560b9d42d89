"""Query parameters nobody reads are refused, with the names there are. Rule: a typo is never ignored."""

from difflib import get_close_matches

from fastapi import Request
from fastapi.routing import APIRoute

from app.errors import invalid
from app.messages import FieldError


def known_query(request: Request) -> None:
    """A dependency: 422 for a query parameter that the route does not have."""
    route = request.scope["route"]
    assert isinstance(route, APIRoute)
    names = [parameter.alias for parameter in route.dependant.query_params]
    wrong = []
    for name in dict.fromkeys(request.query_params):
        if name not in names:
            near = get_close_matches(name, names, n=1)
            there_are = f"there are {', '.join(names)}." if names else "this address takes none."
            hint = f"did you mean {near[0]}?" if near else there_are
            wrong.append(FieldError(name, f"there is no query parameter of this name; {hint}"))
    if wrong:
        raise invalid(wrong)
