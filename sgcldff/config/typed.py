"""The base of every typed part of the configuration: read once, checked, and never changed."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Typed(BaseModel):
    """A frozen record without unknown keys; raises pydantic's ValidationError where a value has another type.

    What a person can get wrong is refused before that, in a sentence of its own (`sgcldff.config.check`).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")
