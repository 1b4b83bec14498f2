"""Keeping what a broken phone sent: one submission that cannot be read holds back no other."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError, fields, validate

UUID = validate.Regexp(r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")


@dataclass(frozen=True, slots=True)
class Malformed:
    """One submission that is not of the shape of a submission; `text` is all of it, as JSON."""

    instance_id: str
    form_id: str
    text: str


class Each(fields.List[Any]):
    """A list in which an item that is refused becomes `Malformed`, if it has a name at least.

    plain: makes an item that is exactly of the usual shape; None of any other.
    """

    def __init__(
        self, inner: fields.Field[Any], plain: Callable[[Any], Any] | None = None, **more: Any
    ) -> None:
        super().__init__(inner, **more)
        self._plain = plain

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> list[Any]:
        if not isinstance(value, list):
            raise self.make_error("invalid")
        return [self._one(number, item, **kwargs) for number, item in enumerate(value)]

    def _one(self, number: int, item: Any, **kwargs: Any) -> Any:
        refused = ValidationError({number: ["cannot be stored"]})
        if is_storable(item):
            if self._plain and (made := self._plain(item)) is not None:
                return made
            try:
                return self.inner.deserialize(item, **kwargs)
            except ValidationError as error:
                refused = ValidationError({number: error.messages})
        name = item.get("instance_id") if isinstance(item, Mapping) else None
        if not isinstance(name, str):
            raise refused
        UUID(name)
        form_id = item.get("form_id")
        return Malformed(
            instance_id=name,
            form_id=form_id[:60] if isinstance(form_id, str) and is_storable(form_id) else "",
            text=json.dumps(item, sort_keys=True),
        )


def is_storable(value: object) -> bool:
    """Whether every database can keep a JSON value: no NUL, half surrogate or infinite number."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
        text.encode()
    except ValueError:
        return False
    return "\\u0000" not in text
