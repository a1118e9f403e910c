package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/interfaces/interfacesawsivschat"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"
	ivschat "github.com/cdk-ivschat/cdk-ivschat-go/cdkivschat"
)

const moderatorCode = `
exports.handler = async ({ Content }) =>
  ({ ReviewResult: /darn/i.test(Content) ? 'DENY' : 'ALLOW', Content });
`

const backendCode = `
const { CreateChatTokenCommand, IvschatClient } = require('@aws-sdk/client-ivschat');
const chat = new IvschatClient();
exports.handler = async ({ userId }) => {
  const { token } = await chat.send(new CreateChatTokenCommand(
    { roomIdentifier: process.env.ROOM_ARN, userId, capabilities: ['SEND_MESSAGE'] }));
  return { token };
};
`

// NewChatStack creates a moderated and logged chat room, and a function that creates chat tokens for it.
func NewChatStack(scope constructs.Construct, id string, props *awscdk.StackProps) awscdk.Stack {
	stack := awscdk.NewStack(scope, &id, props)

	moderator := awslambda.NewFunction(stack, jsii.String("Moderator"), &awslambda.FunctionProps{
		Runtime:    awslambda.Runtime_NODEJS_24_X(),
		Handler:    jsii.String("index.handler"),
		MemorySize: jsii.Number(512), // Lambda allocates CPU in proportion to memory
		Code:       awslambda.Code_FromInline(jsii.String(moderatorCode)),
	})
	review := ivschat.NewMessageReviewHandler(stack, jsii.String("Review"), &ivschat.MessageReviewHandlerProps{
		Handler:        moderator,
		FallbackResult: ivschat.FallbackResult_DENY, // for messages that are not reviewed within 200 ms
	})
	chatLog := ivschat.NewLoggingConfiguration(stack, jsii.String("ChatLog"), &ivschat.LoggingConfigurationProps{
		Destination: ivschat.LoggingDestination_CloudWatchLogs(awslogs.NewLogGroup(stack, jsii.String("LogGroup"), nil)),
	})
	room := ivschat.NewChatRoom(stack, jsii.String("Lobby"), &ivschat.ChatRoomProps{
		MessageReviewHandler:  review,
		LoggingConfigurations: &[]interfacesawsivschat.ILoggingConfigurationRef{chatLog},
	})

	// Returns a chat token for { "userId": "ada" }. Invoke it only from code that has authenticated the user.
	backend := awslambda.NewFunction(stack, jsii.String("Backend"), &awslambda.FunctionProps{
		Runtime:     awslambda.Runtime_NODEJS_24_X(),
		Handler:     jsii.String("index.handler"),
		Environment: &map[string]*string{"ROOM_ARN": room.RoomArn()},
		Code:        awslambda.Code_FromInline(jsii.String(backendCode)),
	})
	room.GrantCreateChatToken(backend)
	awscdk.NewCfnOutput(stack, jsii.String("BackendName"), &awscdk.CfnOutputProps{Value: backend.FunctionName()})

	return stack
}

func main() {
	defer jsii.Close()

	app := awscdk.NewApp(nil)
	NewChatStack(app, "Chat", nil)
	app.Synth(nil)
}
