from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct
import cdk_ivschat as ivschat


class ChatStack(Stack):
    """A moderated and logged chat room, and a function that creates chat tokens for it."""

    def __init__(self, scope: Construct, construct_id: str, **kwargs) -> None:
        super().__init__(scope, construct_id, **kwargs)

        moderator = lambda_.Function(
            self,
            "Moderator",
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="index.handler",
            memory_size=512,  # Lambda allocates CPU in proportion to memory
            code=lambda_.Code.from_inline("""
def handler(event, context):
    denied = "darn" in event["Content"].lower()
    return {"ReviewResult": "DENY" if denied else "ALLOW", "Content": event["Content"]}
"""),
        )
        review = ivschat.MessageReviewHandler(
            self,
            "Review",
            handler=moderator,
            fallback_result=ivschat.FallbackResult.DENY,  # for messages that are not reviewed within 200 ms
        )
        chat_log = ivschat.LoggingConfiguration(
            self,
            "ChatLog",
            destination=ivschat.LoggingDestination.cloud_watch_logs(logs.LogGroup(self, "LogGroup")),
        )
        room = ivschat.ChatRoom(
            self,
            "Lobby",
            message_review_handler=review,
            logging_configurations=[chat_log],
        )

        # Returns a chat token for {"userId": "ada"}. Invoke it only from code that has authenticated the user.
        backend = lambda_.Function(
            self,
            "Backend",
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="index.handler",
            environment={"ROOM_ARN": room.room_arn},
            code=lambda_.Code.from_inline("""
import os
import boto3

chat = boto3.client("ivschat")

def handler(event, context):
    response = chat.create_chat_token(
        roomIdentifier=os.environ["ROOM_ARN"], userId=event["userId"], capabilities=["SEND_MESSAGE"]
    )
    return {"token": response["token"]}
"""),
        )
        room.grant_create_chat_token(backend)
        CfnOutput(self, "BackendName", value=backend.function_name)
