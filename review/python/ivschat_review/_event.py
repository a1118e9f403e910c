from typing import Any


def review_event(**fields: Any) -> dict[str, Any]:
    """Returns an event as the service sends it, for tests: the given fields, and examples of the others.

    The names are those of the event: ``review_event(Content="hi", Sender={"UserId": "grace"})``.
    """
    return {
        "Content": "Hello!",
        "MessageId": "WhO6MW6iRdS5",
        "RoomArn": "arn:aws:ivschat:us-east-1:111122223333:room/AbCdEfGhIjKl",
        "Attributes": {},
        **fields,
        "Sender": {"UserId": "ada", "Ip": "192.0.2.1", "Attributes": {}, **fields.get("Sender", {})},
    }
