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

/** A chat room whose messages are reviewed and logged, and a URL where its users get their tokens. */
public class LiveChatStack extends Stack {
    public LiveChatStack(final Construct scope, final String id, final StackProps props) {
        super(scope, id, props);

        Function reviewFunction = function("ReviewFunction", "review-handler",
                "Reviews every message before it is delivered", Map.of());
        MessageReviewHandler review = MessageReviewHandler.Builder.create(this, "Review")
                .handler(reviewFunction)
                // A message that could not be reviewed in time, as in a cold start, is refused: its sender sees an error and tries again.
                .fallbackResult(FallbackResult.DENY)
                .build();

        LoggingConfiguration chatLog = LoggingConfiguration.Builder.create(this, "ChatLog")
                .destination(LoggingDestination.cloudWatchLogs(LogGroup.Builder.create(this, "ChatLogGroup")
                        // All log groups below /aws/vendedlogs/ share one of the few resource policies that an account may have.
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
        // The function may disconnect users of the room it reviews, and delete messages there.
        lobby.grantModerate(reviewFunction);

        String viewersMay = "May enter the chat and write";
        Role viewers = Role.Builder.create(this, "Viewers")
                .assumedBy(new AccountRootPrincipal())
                .description(viewersMay)
                .build();
        String staffMay = "May enter the chat, write and moderate";
        Role staff = Role.Builder.create(this, "Staff")
                .assumedBy(new AccountRootPrincipal())
                .description(staffMay)
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
        output("ViewersRoleArn", viewers.getRoleArn(), viewersMay);
        output("StaffRoleArn", staff.getRoleArn(), staffMay);
    }

    /** A function that keeps its log for a week, and may do nothing but write it. */
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
                // The service publishes nothing while nothing is wrong.
                .treatMissingData(TreatMissingData.NOT_BREACHING)
                .build());
    }

    private void output(final String id, final String value, final String description) {
        CfnOutput.Builder.create(this, id).value(value).description(description).build();
    }
}
