"""Small experiments that a warm worker does on request. Rule: what is shown was measured, and says when."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response

from app.asking import answer_of, remembered
from app.parts import WithParts
from app.responses import Json
from app.routes.query import known_query

router = APIRouter(prefix="/api/experiments", tags=["experiments"], dependencies=[Depends(known_query)])
MOST_LAYERS = 16  # deeper ones would take longer than an answer may


@router.get(
    "/gradient-cost",
    response_model=dict[str, Any],
    responses={204: {}, 409: {}},
    summary="The cost of gradients against depth",
)
def gradient_cost(
    parts: WithParts,
    depths: Annotated[int, Query(ge=1, le=MOST_LAYERS)] = 12,
    seed: Annotated[int, Query(ge=0, le=2**32 - 1)] = 0,
    measure: bool = True,
) -> Response:
    """Layer Jacobians multiplied with and milliseconds, by backpropagation and by deriving each layer anew.

    A new seed is a new measurement; the same one is answered from memory, `measured_at` says from when. With
    `measure=false` nothing is measured: 204 when the server does not remember. 503 with Retry-After when no
    worker answers within two seconds.
    """
    question = {"depths": depths, "seed": seed}
    if measure:
        return Json(answer_of(parts, "gradient_cost", question))
    known = remembered(parts, "gradient_cost", question)
    return Response(status_code=204) if known is None else Json(known)
