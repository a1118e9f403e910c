from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct
import cdk_ivschat as ivschat


class ChatStack(Stack):
    """The room of the README: moderated, logged, and with a function that lets people in."""

    def __init__(self, scope: Construct, construct_id: str, **kwargs) -> None:
        super().__init__(scope, construct_id, **kwargs)

        moderator = lambda_.Function(
            self,
            "Moderator",
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="index.handler",
            memory_size=512,  # CPU comes with it
            code=lambda_.Code.from_inline("""
def handler(event, context):
    denied = "darn" in event["Content"].lower()
    return {"ReviewResult": "DENY" if denied else "ALLOW", "Content": event["Content"]}
"""),
        )
        log = ivschat.LoggingConfiguration(
            self,
            "ChatLog",
            destination=ivschat.LoggingDestination.cloud_watch_logs(logs.LogGroup(self, "LogGroup")),
        )
        room = ivschat.ChatRoom(
            self,
            "Lobby",
            message_review_handler=ivschat.MessageReviewHandler(
                self,
                "Review",
                handler=moderator,
                fallback_result=ivschat.FallbackResult.DENY,  # for a message that was not reviewed within 200 ms
            ),
            logging_configurations=[log],
        )

        # Answers {"userId": "ada"} with a chat token. Put your sign-in before it: who may call it may enter as anyone.
        backend = lambda_.Function(
            self,
            "Backend",
            runtime=lambda_.Runtime.PYTHON_3_13,
            handler="index.handler",
            code=lambda_.Code.from_inline("""
import os
import boto3

chat = boto3.client("ivschat")

def handler(event, context):
    answer = chat.create_chat_token(
        roomIdentifier=os.environ["ROOM_ARN"], userId=event["userId"], capabilities=["SEND_MESSAGE"]
    )
    return {"token": answer["token"]}
"""),
            environment={"ROOM_ARN": room.room_arn},
        )
        room.grant_create_chat_token(backend)
        CfnOutput(self, "BackendName", value=backend.function_name)
