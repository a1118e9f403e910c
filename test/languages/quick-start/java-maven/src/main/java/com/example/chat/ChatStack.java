package com.example.chat;

import io.github.cdkivschat.ChatRoom;
import io.github.cdkivschat.FallbackResult;
import io.github.cdkivschat.LoggingConfiguration;
import io.github.cdkivschat.LoggingDestination;
import io.github.cdkivschat.MessageReviewHandler;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.logs.LogGroup;
import software.constructs.Construct;

/** A moderated and logged chat room, and a function that creates chat tokens for it. */
public class ChatStack extends Stack {
    public ChatStack(final Construct scope, final String id, final StackProps props) {
        super(scope, id, props);

        Function moderator = Function.Builder.create(this, "Moderator")
                .runtime(Runtime.NODEJS_24_X)
                .handler("index.handler")
                .memorySize(512) // Lambda allocates CPU in proportion to memory
                .code(Code.fromInline("""

                        exports.handler = async ({ Content }) =>
                          ({ ReviewResult: /darn/i.test(Content) ? 'DENY' : 'ALLOW', Content });
                        """))
                .build();
        MessageReviewHandler review = MessageReviewHandler.Builder.create(this, "Review")
                .handler(moderator)
                .fallbackResult(FallbackResult.DENY) // for messages that are not reviewed within 200 ms
                .build();
        LoggingConfiguration chatLog = LoggingConfiguration.Builder.create(this, "ChatLog")
                .destination(LoggingDestination.cloudWatchLogs(new LogGroup(this, "LogGroup")))
                .build();
        ChatRoom room = ChatRoom.Builder.create(this, "Lobby")
                .messageReviewHandler(review)
                .loggingConfigurations(List.of(chatLog))
                .build();

        // Returns a chat token for { "userId": "ada" }. Invoke it only from code that has authenticated the user.
        Function backend = Function.Builder.create(this, "Backend")
                .runtime(Runtime.NODEJS_24_X)
                .handler("index.handler")
                .environment(Map.of("ROOM_ARN", room.getRoomArn()))
                .code(Code.fromInline("""

                        const { CreateChatTokenCommand, IvschatClient } = require('@aws-sdk/client-ivschat');
                        const chat = new IvschatClient();
                        exports.handler = async ({ userId }) => {
                          const { token } = await chat.send(new CreateChatTokenCommand(
                            { roomIdentifier: process.env.ROOM_ARN, userId, capabilities: ['SEND_MESSAGE'] }));
                          return { token };
                        };
                        """))
                .build();
        room.grantCreateChatToken(backend);
        CfnOutput.Builder.create(this, "BackendName").value(backend.getFunctionName()).build();
    }
}
