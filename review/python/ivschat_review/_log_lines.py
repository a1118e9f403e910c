from __future__ import annotations

import json
import os
import time
import traceback
from typing import Any, Literal

from ._verdict import Verdict

Outcome = Literal["failed", "late", "reviewed"]
"""How a verdict came about: by the review, because its deadline passed, or because it failed."""


def metric_line(
    namespace: str, outcome: Outcome, verdict: Verdict, result: str, is_changed: bool, milliseconds: float
) -> str | None:
    """Returns a metric in the embedded metric format for a message that was denied, masked, or not reviewed.

    The service and Lambda already count and time the others.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    name = _metric_name(outcome, result, is_changed)
    if name is None:
        return None
    metric = {
        "Namespace": namespace,
        "Dimensions": [["FunctionName", "Rule"], ["FunctionName"]] if verdict.rule else [["FunctionName"]],
        "Metrics": [{"Name": name, "Unit": "Count"}],
    }
    return json.dumps(
        {
            "_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [metric]},
            "FunctionName": os.environ.get("AWS_LAMBDA_FUNCTION_NAME", "local"),
            **({"Rule": verdict.rule} if verdict.rule else {}),
            "ReviewResult": result,
            "Milliseconds": round(milliseconds, 2),
            name: 1,
        }
    )


def _metric_name(outcome: Outcome, result: str, is_changed: bool) -> str | None:
    if outcome != "reviewed":
        return outcome.capitalize()
    if result == "DENY":
        return "Denied"
    return "Masked" if is_changed else None


def error_line(error: BaseException, message_id: Any) -> str:
    """Returns the name and the place of an error. Its message may quote the message of the chat, and is left out."""
    frames = traceback.extract_tb(error.__traceback__)
    return json.dumps(
        {
            "level": "ERROR",
            "message": "The review failed.",
            "error": type(error).__name__,
            "at": f"{frames[-1].filename}:{frames[-1].lineno}" if frames else None,
            "messageId": message_id if isinstance(message_id, str) else None,
        }
    )
