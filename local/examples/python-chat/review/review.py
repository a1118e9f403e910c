"""Reviews a message: refuses blocked words, and hides e-mail addresses."""

import os
import re

BLOCKED = re.compile(rf"\b(?:{os.environ['BLOCKED_WORDS']})\b", re.IGNORECASE)
E_MAIL = re.compile(r"[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+")


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
        "Content": E_MAIL.sub(lambda found: "*" * len(found[0]), content),
    }
