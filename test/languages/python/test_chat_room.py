"""Tests of the Python package that jsii generates, with the jsii runtime."""

import unittest

import jsii
from aws_cdk import App, IPropertyInjector, PropertyInjectors, Stack
from aws_cdk.assertions import Match, Template
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ivschat
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_s3 as s3
import cdk_ivschat as ivschat


@jsii.implements(IPropertyInjector)
class ShortMessages:
    """Sets a default for all rooms of a scope."""

    @property
    def construct_unique_id(self):
        return ivschat.ChatRoom.PROPERTY_INJECTION_ID

    def inject(self, original_props, *, scope, id):
        return ivschat.ChatRoomProps(maximum_message_length=42)


class PropertyInjection(unittest.TestCase):
    def test_changes_a_default(self):
        stack = Stack(App(), "Stack")
        PropertyInjectors.of(stack).add(ShortMessages())
        ivschat.ChatRoom(stack, "Room")

        Template.from_stack(stack).has_resource_properties("AWS::IVSChat::Room", {"MaximumMessageLength": 42})


class Rooms(unittest.TestCase):
    def test_grant(self):
        stack = Stack(App(), "Stack")
        room = ivschat.ChatRoom(stack, "Room", room_name="lobby", tags={"stream": "1"})
        role = iam.Role(stack, "Role", assumed_by=iam.AccountRootPrincipal())
        room.grant_moderate(role)
        room.grants.actions(role, "ivschat:GetRoom", "ivschat:SendEvent")

        Template.from_stack(stack).resource_count_is("AWS::IAM::Policy", 1)

    def test_none_removes_the_handler(self):
        stack = Stack(App(), "Stack")
        ivschat.ChatRoom(stack, "Room", message_review_handler=ivschat.MessageReviewHandler.none())

        Template.from_stack(stack).has_resource_properties("AWS::IVSChat::Room", {"MessageReviewHandler": {"Uri": ""}})

    def test_accepts_imported_resources(self):
        stack = Stack(App(), "Stack")
        review = ivschat.MessageReviewHandler(
            stack, "Review", handler=lambda_.Function.from_function_name(stack, "Moderator", "moderator")
        )
        ivschat.ChatRoomSettings(
            stack,
            "BackstageSettings",
            room=ivschat.ChatRoom.from_room_id(stack, "Backstage", "AbCdEfGhIjKl"),
            message_review_handler=review,
        )
        log = ivschat.LoggingConfiguration.from_logging_configuration_id(stack, "Log", "MnOpQrStUvWx")
        ivschat.ChatRoom(stack, "Lobby", logging_configurations=[log])

        template = Template.from_stack(stack)
        template.resource_count_is("Custom::IVSChatRoomSettings", 1)
        template.has_resource_properties("AWS::IVSChat::Room", {"LoggingConfigurationIdentifiers": Match.any_value()})

    def test_grants_on_an_l1_room(self):
        stack = Stack(App(), "Stack")
        role = iam.Role(stack, "Role", assumed_by=iam.AccountRootPrincipal())
        ivschat.ChatRoomGrants.from_room(aws_ivschat.CfnRoom(stack, "Room")).moderate(role)

        Template.from_stack(stack).resource_count_is("AWS::IAM::Policy", 1)

    def test_fails_with_the_error_message(self):
        with self.assertRaisesRegex(RuntimeError, "maximumMessageLength must be a whole number of characters from 1 to 500, got 1000"):
            ivschat.ChatRoom(Stack(App(), "Stack"), "Room", maximum_message_length=1000)

    def test_fails_with_advice_for_a_function_as_review_handler(self):
        stack = Stack(App(), "Stack")
        moderator = lambda_.Function.from_function_name(stack, "Moderator", "moderator")
        with self.assertRaisesRegex(RuntimeError, r"pass new MessageReviewHandler\(this, 'Review', \{ handler: fn \}\)"):
            ivschat.ChatRoom(stack, "Room", message_review_handler=moderator)

    def test_fails_with_advice_for_a_bucket_as_logging_configuration(self):
        stack = Stack(App(), "Stack")
        bucket = s3.Bucket.from_bucket_name(stack, "Bucket", "chat-logs")
        with self.assertRaisesRegex(RuntimeError, r"LoggingDestination\.s3\(bucket\)"):
            ivschat.ChatRoom(stack, "Room", logging_configurations=[bucket])


if __name__ == "__main__":
    unittest.main()
