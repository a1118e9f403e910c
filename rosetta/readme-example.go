package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslogs"
	"github.com/aws/aws-cdk-go/awscdk/v2/interfaces/interfacesawsivschat"
	"github.com/aws/jsii-runtime-go"
	ivschat "github.com/cdk-ivschat/cdk-ivschat-go/cdkivschat"
)

func main() {
	defer jsii.Close()

	app := awscdk.NewApp(nil)
	stack := awscdk.NewStack(app, jsii.String("Chat"), nil)
	review := ivschat.NewMessageReviewHandler(stack, jsii.String("Review"), &ivschat.MessageReviewHandlerProps{
		Handler:        awslambda.Function_FromFunctionName(stack, jsii.String("Moderator"), jsii.String("my-moderator")),
		FallbackResult: ivschat.FallbackResult_DENY,
	})
	chatLog := ivschat.NewLoggingConfiguration(stack, jsii.String("ChatLog"), &ivschat.LoggingConfigurationProps{
		Destination: ivschat.LoggingDestination_CloudWatchLogs(awslogs.NewLogGroup(stack, jsii.String("LogGroup"), nil)),
	})
	room := ivschat.NewChatRoom(stack, jsii.String("Lobby"), &ivschat.ChatRoomProps{
		MessageReviewHandler:  review,
		LoggingConfigurations: &[]interfacesawsivschat.ILoggingConfigurationRef{chatLog},
	})
	room.GrantCreateChatToken(awsiam.Role_FromRoleName(stack, jsii.String("Backend"), jsii.String("my-backend-role"), nil))
	app.Synth(nil)
}
