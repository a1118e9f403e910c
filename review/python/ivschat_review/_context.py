from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from . import _verdict
from ._verdict import Verdict


@dataclass(frozen=True)
class Sender:
    """The sender of a message."""

    user_id: str
    ip: str
    """The IP address of the client."""
    attributes: Mapping[str, str]
    """The attributes of the chat token. Users cannot change them."""


@dataclass(frozen=True)
class ReviewContext:
    """A message, and the results that its review can have."""

    content: str
    attributes: Mapping[str, str]
    """The attributes of the message, which its sender chose. Review those that your clients display."""
    sender: Sender
    room: str
    """ARN of the room."""
    message_id: str
    _end: float = field(repr=False)

    def remaining(self) -> float:
        """Seconds until the deadline, at least 0. Pass them as timeout to calls, and end loops when none are left."""
        return max(0.0, self._end - time.perf_counter())

    def allow(self, rule: str | None = None) -> Verdict:
        """Delivers the message unchanged."""
        return _verdict.allow(rule)

    def replace(self, content: str, *, rule: str | None = None, attributes: Mapping[str, str] | None = None) -> Verdict:
        """Delivers the message with another content, for example with masked words.

        Content that is longer than the maximum length of the room is cut. Messages cannot be empty, so an empty content denies the message.

        ``attributes`` replace those of the message. They can have at most 1 KB: names and values in UTF-8.

        Raises TypeError if the content or an attribute is not a string, and ValueError if the attributes have more than 1 KB.
        """
        return _verdict.replace(content, rule, attributes)

    def deny(self, reason: str | None = None, rule: str | None = None) -> Verdict:
        """Denies the message. The sender receives the reason, of which at most 1,018 bytes in UTF-8 are sent."""
        return _verdict.deny(reason, rule)


def context_of(event: Mapping[str, Any], content: str, end: float) -> ReviewContext:
    sender = event["Sender"]
    return ReviewContext(
        content=content,
        attributes=event.get("Attributes") or {},
        sender=Sender(user_id=sender["UserId"], ip=sender.get("Ip") or "", attributes=sender.get("Attributes") or {}),
        room=event["RoomArn"],
        message_id=event["MessageId"],
        _end=end,
    )
