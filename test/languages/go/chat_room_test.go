package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/assertions"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsivschat"
	"github.com/aws/aws-cdk-go/awscdk/v2/awslambda"
	"github.com/aws/aws-cdk-go/awscdk/v2/interfaces/interfacesawsivschat"
	"github.com/aws/jsii-runtime-go"
	ivschat "github.com/cdk-ivschat/cdk-ivschat-go/cdkivschat"
)

func newStack() awscdk.Stack {
	return awscdk.NewStack(awscdk.NewApp(nil), jsii.String("Stack"), nil)
}

func TestFailsWithTheErrorMessage(t *testing.T) {
	defer func() {
		message := fmt.Sprint(recover())
		if !strings.Contains(message, "maximumMessageLength must be a whole number of characters from 1 to 500, got 1000") {
			t.Error(message)
		}
	}()
	ivschat.NewChatRoom(newStack(), jsii.String("Lobby"), &ivschat.ChatRoomProps{MaximumMessageLength: jsii.Number(1000)})
}

func TestNoneRemovesTheHandler(t *testing.T) {
	stack := newStack()
	ivschat.NewChatRoom(stack, jsii.String("Lobby"), &ivschat.ChatRoomProps{MessageReviewHandler: ivschat.MessageReviewHandler_None()})

	assertions.Template_FromStack(stack, nil).HasResourceProperties(jsii.String("AWS::IVSChat::Room"), map[string]any{
		"MessageReviewHandler": map[string]any{"Uri": ""},
	})
}

func TestAcceptsImportedResources(t *testing.T) {
	stack := newStack()
	backstage := ivschat.ChatRoom_FromRoomId(stack, jsii.String("Backstage"), jsii.String("AbCdEfGhIjKl"))
	log := ivschat.LoggingConfiguration_FromLoggingConfigurationId(stack, jsii.String("Log"), jsii.String("MnOpQrStUvWx"))
	review := ivschat.NewMessageReviewHandler(stack, jsii.String("Review"), &ivschat.MessageReviewHandlerProps{
		Handler: awslambda.Function_FromFunctionName(stack, jsii.String("Moderator"), jsii.String("moderator")),
	})
	ivschat.NewChatRoomSettings(stack, jsii.String("BackstageSettings"), &ivschat.ChatRoomSettingsProps{Room: backstage, MessageReviewHandler: review})
	ivschat.NewChatRoom(stack, jsii.String("Lobby"), &ivschat.ChatRoomProps{
		LoggingConfigurations: &[]interfacesawsivschat.ILoggingConfigurationRef{log},
	})

	template := assertions.Template_FromStack(stack, nil)
	template.ResourceCountIs(jsii.String("Custom::IVSChatRoomSettings"), jsii.Number(1))
	template.HasResourceProperties(jsii.String("AWS::IVSChat::Room"), map[string]any{
		"LoggingConfigurationIdentifiers": assertions.Match_AnyValue(),
	})
}

func TestGrantsOnAnL1Room(t *testing.T) {
	stack := newStack()
	backend := awsiam.NewRole(stack, jsii.String("Backend"), &awsiam.RoleProps{AssumedBy: awsiam.NewAccountRootPrincipal()})
	room := awsivschat.NewCfnRoom(stack, jsii.String("Lobby"), nil)
	ivschat.ChatRoomGrants_FromRoom(room).Actions(backend, jsii.String("ivschat:GetRoom"), jsii.String("ivschat:SendEvent"))

	assertions.Template_FromStack(stack, nil).HasResourceProperties(jsii.String("AWS::IAM::Policy"), map[string]any{
		"PolicyDocument": map[string]any{
			"Statement": []any{assertions.Match_ObjectLike(&map[string]any{"Action": []any{"ivschat:GetRoom", "ivschat:SendEvent"}})},
		},
	})
}
