from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ._well_formed import well_formed

# Documented: 1 KB. That names count is a guess, and the safe one.
_ATTRIBUTES_BYTES = 1024


@dataclass(frozen=True)
class Verdict:
    """The result of a review. Create it with ``allow()``, ``replace()`` or ``deny()`` of the context."""

    kind: Literal["allow", "deny", "replace"]
    rule: str | None = None
    content: str | None = None
    reason: str | None = None
    attributes: dict[str, str] | None = None


def allow(rule: str | None = None) -> Verdict:
    return Verdict("allow", _rule(rule))


def deny(reason: str | None = None, rule: str | None = None) -> Verdict:
    if reason is not None and not isinstance(reason, str):
        raise TypeError(f"reason must be a string, got {type(reason).__name__}")
    return Verdict("deny", _rule(rule), reason=None if reason is None else well_formed(reason))


def replace(content: str, rule: str | None = None, attributes: Mapping[str, str] | None = None) -> Verdict:
    if not isinstance(content, str):
        raise TypeError(f"content must be a string, got {type(content).__name__}")
    return Verdict("replace", _rule(rule), content=well_formed(content), attributes=_attributes(attributes))


def _rule(rule: str | None) -> str | None:
    if rule is not None and not isinstance(rule, str):
        raise TypeError(f"rule must be a string, got {type(rule).__name__}")
    # The value of a dimension cannot be empty.
    return well_formed(rule) if rule else None


def _attributes(attributes: Mapping[str, str] | None) -> dict[str, str] | None:
    """Delivering the message with its own attributes instead could deliver what the review has masked, so invalid attributes are an error.

    The message of the error has no names and values, which may be a user's.
    """
    if attributes is None:
        return None
    if not isinstance(attributes, Mapping) or not all(isinstance(text, str) for item in attributes.items() for text in item):
        raise TypeError("attributes must be a mapping of strings to strings")
    checked = {well_formed(name): well_formed(value) for name, value in attributes.items()}
    size = sum(len(name.encode()) + len(value.encode()) for name, value in checked.items())
    if size > _ATTRIBUTES_BYTES:
        raise ValueError(f"attributes must have at most {_ATTRIBUTES_BYTES} bytes, got {size}")
    return checked
