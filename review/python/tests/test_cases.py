"""Runs review/cases.json, which the tests of the npm package run as well."""

import json
import re
import unittest
from pathlib import Path
from threading import Event

from ivschat_review import review_event, review_handler

CASES = json.loads((Path(__file__).parents[2] / "cases.json").read_text())
SECRET = "the text of the message"


def expand(value):
    """Expands ``{repeat, times}`` and ``{concat}`` in a case."""
    if isinstance(value, list):
        return [expand(each) for each in value]
    if not isinstance(value, dict):
        return value
    if "repeat" in value:
        return value["repeat"] * value["times"]
    if "concat" in value:
        return "".join(expand(each) for each in value["concat"])
    return {name: expand(inner) for name, inner in value.items()}


def verdict_of(review, context):
    if "error" in review:
        raise RuntimeError(SECRET)
    rule = review.get("rule")
    match review.get("verdict"):
        case "allow":
            return context.allow(rule)
        case "deny":
            return context.deny(review.get("reason"), rule)
        case "replace":
            return context.replace(review.get("content"), rule=rule, attributes=review.get("attributes"))
    return review["returns"]


def review_of(review, until):
    def synchronous(context):
        if review.get("never") or review.get("error") == "late":
            until.wait()
        return verdict_of(review, context)

    async def coroutine(context):
        return verdict_of(review, context)

    return coroutine if review.get("later") or review.get("error") == "later" else synchronous


def options_of(case):
    return {re.sub("[A-Z]", lambda letter: f"_{letter[0].lower()}", name): value for name, value in case.get("options", {}).items()}


class CasesTest(unittest.TestCase):
    def run_case(self, case):
        lines = []
        until = Event()
        self.addCleanup(until.set)
        handler = review_handler(log=lines.append, **options_of(case))(review_of(case["review"], until))

        # As Lambda sends it.
        response = handler({**review_event(), **case.get("event", {})}, None)
        self.assertEqual(json.loads(json.dumps(response, ensure_ascii=False).encode()), case["response"])
        metrics = [line for line in map(json.loads, lines) if "_aws" in line]
        found = [(line["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Name"], line.get("Rule")) for line in metrics]
        self.assertEqual(found, [(case["metric"], case.get("rule"))] if case["metric"] else [])
        self.assertNotIn(SECRET, "\n".join(lines))


def add_tests():
    """Adds a test for each case."""
    for case in CASES:
        name = re.sub(r"\W+", "_", case["name"])
        setattr(CasesTest, f"test_{name}", lambda self, case=expand(case): self.run_case(case))


add_tests()
