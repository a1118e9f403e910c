package com.example.livechat;

import io.github.cdkivschat.ChatRoom;
import io.github.cdkivschat.FallbackResult;
import io.github.cdkivschat.LoggingConfiguration;
import io.github.cdkivschat.LoggingDestination;
import io.github.cdkivschat.MessageReviewHandler;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.StackProps;
import software.amazon.awscdk.services.cloudwatch.ComparisonOperator;
import software.amazon.awscdk.services.cloudwatch.CreateAlarmOptions;
import software.amazon.awscdk.services.cloudwatch.Metric;
import software.amazon.awscdk.services.cloudwatch.TreatMissingData;
import software.amazon.awscdk.services.iam.AccountRootPrincipal;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.FunctionUrl;
import software.amazon.awscdk.services.lambda.FunctionUrlAuthType;
import software.amazon.awscdk.services.lambda.FunctionUrlOptions;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.constructs.Construct;

/** A moderated and logged chat room, and a URL that issues chat tokens. */
public class LiveChatStack extends Stack {
    public LiveChatStack(final Construct scope, final String id, final StackProps props) {
        super(scope, id, props);

        Function reviewFunction = function("ReviewFunction", "review-handler",
                "Reviews every message before it is delivered", Map.of());
        MessageReviewHandler review = MessageReviewHandler.Builder.create(this, "Review")
                .handler(reviewFunction)
                // Deny messages that cannot be reviewed in time, for example during a cold start. The sender gets an error and can retry.
                .fallbackResult(FallbackResult.DENY)
                .build();

        LoggingConfiguration chatLog = LoggingConfiguration.Builder.create(this, "ChatLog")
                .destination(LoggingDestination.cloudWatchLogs(LogGroup.Builder.create(this, "ChatLogGroup")
                        // Log groups below /aws/vendedlogs/ share one resource policy, and an account can have only a few.
                        .logGroupName("/aws/vendedlogs/ivschat/" + getStackName())
                        .retention(RetentionDays.ONE_MONTH)
                        .removalPolicy(RemovalPolicy.DESTROY)
                        .build()))
                .build();

        ChatRoom lobby = ChatRoom.Builder.create(this, "Lobby")
                .roomName("lobby")
                .maximumMessageLength(300)
                .maximumMessageRatePerSecond(10)
                .messageReviewHandler(review)
                .loggingConfigurations(List.of(chatLog))
                .build();
        // The function also deletes messages and disconnects users.
        lobby.grantModerate(reviewFunction);

        String viewersDescription = "May enter the chat and write";
        Role viewers = Role.Builder.create(this, "Viewers")
                .assumedBy(new AccountRootPrincipal())
                .description(viewersDescription)
                .build();
        String staffDescription = "May enter the chat, write and moderate";
        Role staff = Role.Builder.create(this, "Staff")
                .assumedBy(new AccountRootPrincipal())
                .description(staffDescription)
                .build();
        lobby.grantModerate(staff);

        Function tokenFunction = function("TokenFunction", "token-handler",
                "Issues chat tokens", Map.of("ROOM_ARN", lobby.getRoomArn(), "STAFF_ROLE_ID", staff.getRoleId()));
        lobby.grantCreateChatToken(tokenFunction);
        FunctionUrl tokenUrl = tokenFunction.addFunctionUrl(FunctionUrlOptions.builder()
                .authType(FunctionUrlAuthType.AWS_IAM)
                .build());
        tokenUrl.grantInvokeUrl(viewers);
        tokenUrl.grantInvokeUrl(staff);

        alarm("ReviewFails", review.metricInvocationErrors(),
                "Messages were refused because the review function failed or took too long");
        alarm("ReviewAnswersWrongly", review.metricResponseValidationErrors(),
                "Messages were refused because the review function gave no valid answer");

        output("RoomArn", lobby.getRoomArn(), "The identifier of the room in the API");
        output("TokenUrl", tokenUrl.getUrl(), "POST here, signed by one of the roles, for a chat token");
        output("MessagingEndpoint", "wss://edge.ivschat." + getRegion() + ".amazonaws.com", "Connect here with the token");
        output("ViewersRoleArn", viewers.getRoleArn(), viewersDescription);
        output("StaffRoleArn", staff.getRoleArn(), staffDescription);
    }

    /** Creates a function with a log group that is kept for a week and permission only to write to it. */
    private Function function(final String id, final String handler, final String description, final Map<String, String> environment) {
        LogGroup logGroup = LogGroup.Builder.create(this, id + "Log")
                .retention(RetentionDays.ONE_WEEK)
                .removalPolicy(RemovalPolicy.DESTROY)
                .build();
        Role role = Role.Builder.create(this, id + "Role")
                .assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
                .build();
        logGroup.grantWrite(role);

        return Function.Builder.create(this, id)
                .code(Code.fromAsset("../handlers/" + handler))
                .handler("index.handler")
                .description(description)
                .environment(environment)
                .role(role)
                .logGroup(logGroup)
                .runtime(Runtime.NODEJS_24_X)
                .architecture(Architecture.ARM_64)
                .memorySize(512)
                .build();
    }

    private void alarm(final String id, final Metric metric, final String description) {
        metric.createAlarm(this, id, CreateAlarmOptions.builder()
                .alarmDescription(description)
                .threshold(1)
                .evaluationPeriods(1)
                .comparisonOperator(ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD)
                // The service does not publish the metric if there are no errors.
                .treatMissingData(TreatMissingData.NOT_BREACHING)
                .build());
    }

    private void output(final String id, final String value, final String description) {
        CfnOutput.Builder.create(this, id).value(value).description(description).build();
    }
}
