from __future__ import annotations

from typing import Any

from ._verdict import Verdict

# 1 KB of attributes without the name `Reason`.
_REASON_BYTES = 1024 - len("Reason")


def response_of(content: str, verdict: Verdict, maximum_length: int) -> dict[str, Any]:
    """Turns a verdict into a valid response."""
    # The service counts code points, as Python does.
    delivered = verdict.content[:maximum_length] if verdict.content is not None else content
    if verdict.kind == "deny" or delivered == "":
        denied = {"ReviewResult": "DENY", "Content": content}
        return {**denied, "Attributes": {"Reason": _limit_bytes(verdict.reason, _REASON_BYTES)}} if verdict.reason else denied
    allowed = {"ReviewResult": "ALLOW", "Content": delivered}
    return allowed if verdict.attributes is None else {**allowed, "Attributes": verdict.attributes}


def _limit_bytes(text: str, count: int) -> str:
    """Cuts between code points."""
    encoded = text.encode()
    if len(encoded) <= count:
        return text
    ellipsis = "…"
    return encoded[: count - len(ellipsis.encode())].decode(errors="ignore") + ellipsis
