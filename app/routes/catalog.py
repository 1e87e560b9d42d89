"""What can be chosen: the config's schema, architectures, and what a config will build."""

from typing import Annotated

from fastapi import APIRouter, Body, Depends, Response

from app.parts import WithParts
from app.responses import Json
from app.routes.checked import checked_facts
from app.routes.query import known_query
from ml.config import TrainConfig
from ml.inspection import inspect
from ml.models.zoo import ARCHITECTURES

router = APIRouter(prefix="/api", tags=["choices"], dependencies=[Depends(known_query)])


@router.get("/config/schema", summary="The config's JSON schema")
def schema() -> Response:
    """Title, description, bounds, default and choices of every field."""
    return Json(TrainConfig.model_json_schema())


@router.get("/architectures", summary="Architectures")
def architectures() -> Response:
    """Name, description, and the config fields each of them uses."""
    return Json(
        [
            {
                "name": each.name,
                "title": each.title,
                "description": each.description,
                "fields": list(each.fields),
            }
            for each in ARCHITECTURES.values()
        ]
    )


@router.post("/inspect", summary="What a config will build")
def inspection(parts: WithParts, config: Annotated[TrainConfig, Body()]) -> Response:
    """Layer by layer: shapes, parameters, receptive fields, multiply-adds; and what a step needs.

    `dataset`: the facts of the data set as this config asks for it."""
    facts = checked_facts(parts, config)
    return Json({**inspect(config, facts).to_json(), "dataset": facts.to_json()})
