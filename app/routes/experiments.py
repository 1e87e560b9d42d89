"""Small experiments that a warm worker does on request. Rule: what is shown was measured just now."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from app.asking import answer_of
from app.parts import WithParts
from app.responses import Json
from app.routes.query import known_query

router = APIRouter(prefix="/api/experiments", tags=["experiments"], dependencies=[Depends(known_query)])
MOST_LAYERS = 16  # deeper ones would take longer than an answer may


@router.get("/gradient-cost", summary="The cost of gradients against depth")
def gradient_cost(
    parts: WithParts,
    depths: Annotated[int, Query(ge=1, le=MOST_LAYERS)] = 12,
    seed: Annotated[int, Query(ge=0, le=2**32 - 1)] = 0,
) -> Response:
    """Layer Jacobians multiplied with and milliseconds, by backpropagation and by deriving each layer anew.

    A new seed is a new measurement; the same one is answered from memory. 503 with Retry-After when no worker
    answers within two seconds.
    """
    return Json(answer_of(parts, "gradient_cost", {"depths": depths, "seed": seed}))
