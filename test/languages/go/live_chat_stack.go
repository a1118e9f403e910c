package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awscloudwatch"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/interfaces/interfacesawsivschat"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	ivschat "github.com/cdk-ivschat/cdk-ivschat-go/cdkivschat"
)

// NewLiveChatStack creates a moderated and logged chat room, and a URL that issues chat tokens.
func NewLiveChatStack(scope constructs.Construct, id string, props *awscdk.StackProps) awscdk.Stack {
	stack := awscdk.NewStack(scope, &id, props)

	reviewFunction := newFunction(stack, "ReviewFunction", functionProps{
		handler:     "review-handler",
		description: "Reviews every message before it is delivered",
	})
	review := ivschat.NewMessageReviewHandler(stack, jsii.String("Review"), &ivschat.MessageReviewHandlerProps{
		Handler: reviewFunction,
		// Deny messages that cannot be reviewed in time, for example during a cold start. The sender gets an error and can retry.
		FallbackResult: ivschat.FallbackResult_DENY,
	})

	chatLog := ivschat.NewLoggingConfiguration(stack, jsii.String("ChatLog"), &ivschat.LoggingConfigurationProps{
		Destination: ivschat.LoggingDestination_CloudWatchLogs(awslogs.NewLogGroup(stack, jsii.String("ChatLogGroup"), &awslogs.LogGroupProps{
			// Log groups below /aws/vendedlogs/ share one resource policy, and an account can have only a few.
			LogGroupName:  jsii.String("/aws/vendedlogs/ivschat/" + *stack.StackName()),
			Retention:     awslogs.RetentionDays_ONE_MONTH,
			RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
		})),
	})

	lobby := ivschat.NewChatRoom(stack, jsii.String("Lobby"), &ivschat.ChatRoomProps{
		RoomName:                    jsii.String("lobby"),
		MaximumMessageLength:        jsii.Number(300),
		MaximumMessageRatePerSecond: jsii.Number(10),
		MessageReviewHandler:        review,
		LoggingConfigurations:       &[]interfacesawsivschat.ILoggingConfigurationRef{chatLog},
	})
	// The function also deletes messages and disconnects users.
	lobby.GrantModerate(reviewFunction)

	viewersDescription := jsii.String("May enter the chat and write")
	viewers := awsiam.NewRole(stack, jsii.String("Viewers"), &awsiam.RoleProps{
		AssumedBy:   awsiam.NewAccountRootPrincipal(),
		Description: viewersDescription,
	})
	staffDescription := jsii.String("May enter the chat, write and moderate")
	staff := awsiam.NewRole(stack, jsii.String("Staff"), &awsiam.RoleProps{
		AssumedBy:   awsiam.NewAccountRootPrincipal(),
		Description: staffDescription,
	})
	lobby.GrantModerate(staff)

	tokenFunction := newFunction(stack, "TokenFunction", functionProps{
		handler:     "token-handler",
		description: "Issues chat tokens",
		environment: &map[string]*string{"ROOM_ARN": lobby.RoomArn(), "STAFF_ROLE_ID": staff.RoleId()},
	})
	lobby.GrantCreateChatToken(tokenFunction)
	tokenUrl := tokenFunction.AddFunctionUrl(&awslambda.FunctionUrlOptions{
		AuthType: awslambda.FunctionUrlAuthType_AWS_IAM,
	})
	tokenUrl.GrantInvokeUrl(viewers)
	tokenUrl.GrantInvokeUrl(staff)

	newAlarm(stack, "ReviewFails", review.MetricInvocationErrors(nil),
		"Messages were refused because the review function failed or took too long")
	newAlarm(stack, "ReviewAnswersWrongly", review.MetricResponseValidationErrors(nil),
		"Messages were refused because the review function gave no valid answer")

	newOutput(stack, "RoomArn", lobby.RoomArn(), jsii.String("The identifier of the room in the API"))
	newOutput(stack, "TokenUrl", tokenUrl.Url(), jsii.String("POST here, signed by one of the roles, for a chat token"))
	endpoint := jsii.String("wss://edge.ivschat." + *stack.Region() + ".amazonaws.com")
	newOutput(stack, "MessagingEndpoint", endpoint, jsii.String("Connect here with the token"))
	newOutput(stack, "ViewersRoleArn", viewers.RoleArn(), viewersDescription)
	newOutput(stack, "StaffRoleArn", staff.RoleArn(), staffDescription)

	return stack
}

type functionProps struct {
	handler     string
	description string
	environment *map[string]*string
}

// newFunction creates a function with a log group that is kept for a week and permission only to write to it.
func newFunction(scope constructs.Construct, id string, props functionProps) awslambda.Function {
	logGroup := awslogs.NewLogGroup(scope, jsii.String(id+"Log"), &awslogs.LogGroupProps{
		Retention:     awslogs.RetentionDays_ONE_WEEK,
		RemovalPolicy: awscdk.RemovalPolicy_DESTROY,
	})
	role := awsiam.NewRole(scope, jsii.String(id+"Role"), &awsiam.RoleProps{
		AssumedBy: awsiam.NewServicePrincipal(jsii.String("lambda.amazonaws.com"), nil),
	})
	logGroup.GrantWrite(role)

	return awslambda.NewFunction(scope, &id, &awslambda.FunctionProps{
		Code:         awslambda.Code_FromAsset(jsii.String("../handlers/"+props.handler), nil),
		Handler:      jsii.String("index.handler"),
		Description:  &props.description,
		Environment:  props.environment,
		Role:         role,
		LogGroup:     logGroup,
		Runtime:      awslambda.Runtime_NODEJS_24_X(),
		Architecture: awslambda.Architecture_ARM_64(),
		MemorySize:   jsii.Number(512),
	})
}

func newAlarm(scope constructs.Construct, id string, metric awscloudwatch.Metric, description string) {
	metric.CreateAlarm(scope, &id, &awscloudwatch.CreateAlarmOptions{
		AlarmDescription:   &description,
		Threshold:          jsii.Number(1),
		EvaluationPeriods:  jsii.Number(1),
		ComparisonOperator: awscloudwatch.ComparisonOperator_GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
		// The service does not publish the metric if there are no errors.
		TreatMissingData: awscloudwatch.TreatMissingData_NOT_BREACHING,
	})
}

func newOutput(scope constructs.Construct, id string, value *string, description *string) {
	awscdk.NewCfnOutput(scope, &id, &awscdk.CfnOutputProps{Value: value, Description: description})
}
