from collections.abc import Mapping

from aws_cdk import CfnOutput, RemovalPolicy, Stack
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_logs as logs
from constructs import Construct
import cdk_ivschat as ivschat


class LiveChatStack(Stack):
    """A moderated and logged chat room, and a URL that issues chat tokens."""

    def __init__(self, scope: Construct, construct_id: str, **kwargs) -> None:
        super().__init__(scope, construct_id, **kwargs)

        review_function = self._function(
            "ReviewFunction",
            handler="review-handler",
            description="Reviews every message before it is delivered",
        )
        review = ivschat.MessageReviewHandler(
            self,
            "Review",
            handler=review_function,
            # Deny messages that cannot be reviewed in time, for example during a cold start. The sender gets an error and can retry.
            fallback_result=ivschat.FallbackResult.DENY,
        )

        chat_log = ivschat.LoggingConfiguration(
            self,
            "ChatLog",
            destination=ivschat.LoggingDestination.cloud_watch_logs(
                logs.LogGroup(
                    self,
                    "ChatLogGroup",
                    # Log groups below /aws/vendedlogs/ share one resource policy, and an account can have only a few.
                    log_group_name=f"/aws/vendedlogs/ivschat/{self.stack_name}",
                    retention=logs.RetentionDays.ONE_MONTH,
                    removal_policy=RemovalPolicy.DESTROY,
                )
            ),
        )

        lobby = ivschat.ChatRoom(
            self,
            "Lobby",
            room_name="lobby",
            maximum_message_length=300,
            maximum_message_rate_per_second=10,
            message_review_handler=review,
            logging_configurations=[chat_log],
        )
        # The function also deletes messages and disconnects users.
        lobby.grant_moderate(review_function)

        viewers_description = "May enter the chat and write"
        viewers = iam.Role(self, "Viewers", assumed_by=iam.AccountRootPrincipal(), description=viewers_description)
        staff_description = "May enter the chat, write and moderate"
        staff = iam.Role(self, "Staff", assumed_by=iam.AccountRootPrincipal(), description=staff_description)
        lobby.grant_moderate(staff)

        token_function = self._function(
            "TokenFunction",
            handler="token-handler",
            description="Issues chat tokens",
            environment={"ROOM_ARN": lobby.room_arn, "STAFF_ROLE_ID": staff.role_id},
        )
        lobby.grant_create_chat_token(token_function)
        token_url = token_function.add_function_url(auth_type=lambda_.FunctionUrlAuthType.AWS_IAM)
        token_url.grant_invoke_url(viewers)
        token_url.grant_invoke_url(staff)

        self._alarm(
            "ReviewFails",
            review.metric_invocation_errors(),
            "Messages were refused because the review function failed or took too long",
        )
        self._alarm(
            "ReviewAnswersWrongly",
            review.metric_response_validation_errors(),
            "Messages were refused because the review function gave no valid answer",
        )

        CfnOutput(self, "RoomArn", value=lobby.room_arn, description="The identifier of the room in the API")
        CfnOutput(self, "TokenUrl", value=token_url.url, description="POST here, signed by one of the roles, for a chat token")
        CfnOutput(
            self,
            "MessagingEndpoint",
            value=f"wss://edge.ivschat.{self.region}.amazonaws.com",
            description="Connect here with the token",
        )
        CfnOutput(self, "ViewersRoleArn", value=viewers.role_arn, description=viewers_description)
        CfnOutput(self, "StaffRoleArn", value=staff.role_arn, description=staff_description)

    def _function(
        self, id: str, *, handler: str, description: str, environment: Mapping[str, str] | None = None
    ) -> lambda_.Function:
        """Creates a function with a log group that is kept for a week and permission only to write to it."""
        log_group = logs.LogGroup(
            self, f"{id}Log", retention=logs.RetentionDays.ONE_WEEK, removal_policy=RemovalPolicy.DESTROY
        )
        role = iam.Role(self, f"{id}Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        log_group.grant_write(role)

        return lambda_.Function(
            self,
            id,
            code=lambda_.Code.from_asset(f"../handlers/{handler}"),
            handler="index.handler",
            description=description,
            environment=environment,
            role=role,
            log_group=log_group,
            runtime=lambda_.Runtime.NODEJS_24_X,
            architecture=lambda_.Architecture.ARM_64,
            memory_size=512,
        )

    def _alarm(self, id: str, metric: cloudwatch.Metric, description: str) -> None:
        metric.create_alarm(
            self,
            id,
            alarm_description=description,
            threshold=1,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            # The service does not publish the metric if there are no errors.
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
