"""Reviews messages: rejects blocked words and masks email addresses."""

import os
import re

BLOCKED = re.compile(rf"\b(?:{os.environ['BLOCKED_WORDS']})\b", re.IGNORECASE)
EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")


def handler(event, context):
    content = event["Content"]
    if BLOCKED.search(content):
        return {
            "ReviewResult": "DENY",
            "Content": content,
            "Attributes": {"Reason": "Please stay friendly."},
        }
    return {
        "ReviewResult": "ALLOW",
        "Content": EMAIL.sub(lambda match: "*" * len(match[0]), content),
    }
