import json
import os

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])
chat = boto3.client("ivschat")


def handler(event, context):
    """Decides each report of the queue, and deletes the message from the chat if it is spam."""
    for record in event["Records"]:
        report = json.loads(record["body"])
        verdict = "delete" if report["reason"] == "spam" else "keep"
        if verdict == "delete":
            chat.delete_message(roomIdentifier=os.environ["ROOM_ARN"], id=report["messageId"], reason="Spam")
        table.update_item(
            Key={"messageId": report["messageId"]},
            UpdateExpression="SET verdict = :verdict",
            ExpressionAttributeValues={":verdict": verdict},
        )
        print("judged", report["messageId"])
