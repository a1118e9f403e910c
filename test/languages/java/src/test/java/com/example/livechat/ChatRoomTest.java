package com.example.livechat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.cdkivschat.ChatRoom;
import io.github.cdkivschat.ChatRoomGrants;
import io.github.cdkivschat.ChatRoomSettings;
import io.github.cdkivschat.IChatRoom;
import io.github.cdkivschat.LoggingConfiguration;
import io.github.cdkivschat.MessageReviewHandler;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awscdk.App;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.assertions.Match;
import software.amazon.awscdk.assertions.Template;
import software.amazon.awscdk.services.iam.AccountRootPrincipal;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.ivschat.CfnRoom;
import software.amazon.awscdk.services.lambda.Function;

class ChatRoomTest {
    private final Stack stack = new Stack(new App(), "Stack");

    @Test
    void failsWithTheErrorMessage() {
        RuntimeException error = assertThrows(RuntimeException.class,
                () -> ChatRoom.Builder.create(stack, "Lobby").maximumMessageLength(1000).build());

        String message = "maximumMessageLength must be a whole number of characters from 1 to 500, got 1000";
        assertTrue(error.getMessage().contains(message), error.getMessage());
    }

    @Test
    void noneRemovesTheHandler() {
        ChatRoom.Builder.create(stack, "Lobby").messageReviewHandler(MessageReviewHandler.none()).build();

        Template.fromStack(stack).hasResourceProperties("AWS::IVSChat::Room", Map.of("MessageReviewHandler", Map.of("Uri", "")));
    }

    @Test
    void acceptsImportedResources() {
        IChatRoom backstage = ChatRoom.fromRoomId(stack, "Backstage", "AbCdEfGhIjKl");
        MessageReviewHandler review = MessageReviewHandler.Builder.create(stack, "Review")
                .handler(Function.fromFunctionName(stack, "Moderator", "moderator"))
                .build();
        ChatRoomSettings.Builder.create(stack, "BackstageSettings").room(backstage).messageReviewHandler(review).build();
        ChatRoom.Builder.create(stack, "Lobby")
                .loggingConfigurations(List.of(LoggingConfiguration.fromLoggingConfigurationId(stack, "Log", "MnOpQrStUvWx")))
                .build();

        Template template = Template.fromStack(stack);
        template.resourceCountIs("Custom::IVSChatRoomSettings", 1);
        template.hasResourceProperties("AWS::IVSChat::Room", Map.of("LoggingConfigurationIdentifiers", Match.anyValue()));
    }

    @Test
    void grantsOnAnL1Room() {
        Role backend = Role.Builder.create(stack, "Backend").assumedBy(new AccountRootPrincipal()).build();
        ChatRoomGrants.fromRoom(new CfnRoom(stack, "Lobby")).actions(backend, "ivschat:GetRoom", "ivschat:SendEvent");

        Map<String, Map<String, Object>> policies = Template.fromStack(stack).findResources("AWS::IAM::Policy");
        assertEquals(1, policies.size());
        assertTrue(policies.toString().contains("[ivschat:GetRoom, ivschat:SendEvent]"), policies.toString());
    }
}
