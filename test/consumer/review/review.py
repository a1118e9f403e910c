"""The built review kit for Python, with its types."""

from ivschat_review import ReviewContext, Verdict, review_event, review_handler


@review_handler(metrics=False)
def handler(context: ReviewContext) -> Verdict:
    return context.deny("No.")


assert handler(review_event()) == {"ReviewResult": "DENY", "Content": "Hello!", "Attributes": {"Reason": "No."}}
