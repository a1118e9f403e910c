import re

from ivschat_review import ReviewContext, Verdict, review_handler

# Examples: replace these lists with your own.
BLOCKED = re.compile(r"\b(?:idiot|moron)\b", re.IGNORECASE)
MASKED = re.compile(r"\b(?:crap|damn)\b", re.IGNORECASE)


def mask(text: str) -> str:
    return MASKED.sub(lambda word: "*" * len(word[0]), text)


@review_handler(maximum_length=300)
def handler(context: ReviewContext) -> Verdict:
    """Reviews a message in memory, together with its attributes, which clients display."""
    # An attribute of the chat token, which users cannot set. Those of the message can be set by its sender.
    if context.sender.attributes.get("role") == "staff":
        return context.allow("staff")
    if any(BLOCKED.search(text) for text in [context.content, *context.attributes.values()]):
        return context.deny("Please stay friendly.", "insults")

    masked = {name: mask(value) for name, value in context.attributes.items()}
    return context.replace(mask(context.content), rule="swear-words", attributes=masked)
