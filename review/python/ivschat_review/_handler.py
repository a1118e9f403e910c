from __future__ import annotations

import asyncio
import contextvars
import inspect
import threading
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, Union, overload

from . import _verdict
from ._context import ReviewContext, context_of
from ._log_lines import Outcome, error_line, metric_line
from ._response import response_of
from ._verdict import Verdict
from ._well_formed import well_formed

Review = Callable[[ReviewContext], Union[Verdict, Awaitable[Verdict]]]
Handler = Callable[..., "dict[str, Any]"]
Result = Literal["ALLOW", "DENY"]

_FAILURE_REASON = "The message could not be reviewed. Please try again."


@overload
def review_handler(review: Review) -> Handler: ...
@overload
def review_handler(
    review: None = None,
    *,
    deadline: float = 120,
    on_late: Result = "DENY",
    on_error: Result = "DENY",
    failure_reason: str = _FAILURE_REASON,
    maximum_length: int = 500,
    metrics: str | Literal[False] = "cdk-ivschat",
    log: Callable[[str], object] | None = None,
) -> Callable[[Review], Handler]: ...
def review_handler(
    review: Review | None = None,
    *,
    deadline: float = 120,
    on_late: Result = "DENY",
    on_error: Result = "DENY",
    failure_reason: str = _FAILURE_REASON,
    maximum_length: int = 500,
    metrics: str | Literal[False] = "cdk-ivschat",
    log: Callable[[str], object] | None = None,
) -> Handler | Callable[[Review], Handler]:
    """Turns a review into the handler of a function. It always returns a valid response, and does not wait longer than the deadline.

    Use it as a decorator, with or without options. The review runs in a thread, and can be a coroutine function. A thread cannot be
    interrupted: code that holds the interpreter, such as a slow regular expression, is waited for.

    :param deadline: Milliseconds that the review may take, from 1 to 190. The service waits 200 ms in total. They start when the handler
        is entered, so they include neither a cold start nor the network.
    :param on_late: The result when the deadline has passed.
    :param on_error: The result when the review raises an error or returns no verdict.
    :param failure_reason: Sent to the sender of a message that is denied by ``on_late`` or ``on_error``.
    :param maximum_length: The maximum message length of the room, from 1 to 500. Longer content is cut.
    :param metrics: Namespace of the metrics, or False for no metrics.
    :param log: Receives each line of the log: metrics, and errors without the text of messages. By default they are printed.

    Raises TypeError or ValueError if an option is invalid.
    """
    options = _Options(deadline, on_late, on_error, failure_reason, maximum_length, metrics, log or _print)
    if review is None:
        return lambda given: _Reviewer(given, options).handle
    return _Reviewer(review, options).handle


def _print(line: str) -> None:
    print(line, flush=True)


@dataclass(frozen=True)
class _Options:
    deadline: float
    on_late: Result
    on_error: Result
    failure_reason: str
    maximum_length: int
    metrics: str | Literal[False]
    log: Callable[[str], object]

    def __post_init__(self) -> None:
        if not 1 <= self.deadline <= 190:
            raise ValueError(f"deadline must be from 1 to 190, got {self.deadline}: the service waits 200 ms for a response.")
        if not isinstance(self.maximum_length, int) or not 1 <= self.maximum_length <= 500:
            raise ValueError(
                f"maximum_length must be an integer from 1 to 500, got {self.maximum_length}: use the maximum message length of the room."
            )
        for name, value in (("on_late", self.on_late), ("on_error", self.on_error)):
            if value not in ("ALLOW", "DENY"):
                raise ValueError(f"{name} must be ALLOW or DENY, got {value}.")
        if not isinstance(self.failure_reason, str):
            raise TypeError(f"failure_reason must be a string, got {type(self.failure_reason).__name__}.")
        if self.metrics is not False and (not isinstance(self.metrics, str) or self.metrics == ""):
            raise TypeError(f"metrics must be the name of a namespace or False, got {self.metrics}.")


class _Reviewer:
    def __init__(self, review: Review, options: _Options) -> None:
        self._review = review
        self._options = options

    def handle(self, event: Any, context: Any = None) -> dict[str, Any]:
        start = time.perf_counter()
        options = self._options
        fields = event if isinstance(event, Mapping) else {}
        content = fields.get("Content")
        content = well_formed(content) if isinstance(content, str) else ""
        verdict, outcome = self._decide(fields, content, start)
        response = response_of(content, verdict, options.maximum_length)
        if options.metrics is not False:
            own = fields.get("Attributes") or {}
            is_changed = response["Content"] != content or response.get("Attributes", own) != own
            milliseconds = (time.perf_counter() - start) * 1000
            self._log(metric_line(options.metrics, outcome, verdict, response["ReviewResult"], is_changed, milliseconds))
        return response

    def _decide(self, event: Mapping[str, Any], content: str, start: float) -> tuple[Verdict, Outcome]:
        end = start + self._options.deadline / 1000
        given: list[Verdict | BaseException] = []

        def work() -> None:
            try:
                given.append(self._verdict_of(context_of(event, content, end)))
            except BaseException as error:
                given.append(error)

        # With the context variables of the handler, in which tracers keep their state. A late thread must not keep the process alive.
        thread = threading.Thread(target=contextvars.copy_context().run, args=(work,), daemon=True)
        thread.start()
        thread.join(max(0.0, end - time.perf_counter()))
        if not given:
            return self._unreviewed(self._options.on_late), "late"
        if isinstance(given[0], Verdict):
            return given[0], "reviewed"
        self._log(error_line(given[0], event.get("MessageId")))
        return self._unreviewed(self._options.on_error), "failed"

    def _verdict_of(self, context: ReviewContext) -> Verdict:
        verdict = self._review(context)
        if inspect.isawaitable(verdict):
            verdict = asyncio.run(_result_of(verdict))
        if not isinstance(verdict, Verdict):
            raise TypeError("The review must return allow(), replace() or deny() of its context.")
        return verdict

    def _unreviewed(self, result: Result) -> Verdict:
        return _verdict.allow() if result == "ALLOW" else _verdict.deny(self._options.failure_reason)

    def _log(self, line: str | None) -> None:
        """A log that fails must not fail the review."""
        if line is None:
            return
        try:
            self._options.log(line)
        except Exception:
            pass  # There is nowhere left to report it.


async def _result_of(verdict: Awaitable[Verdict]) -> Verdict:
    return await verdict
