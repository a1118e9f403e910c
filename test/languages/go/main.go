package main

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
)

func main() {
	defer jsii.Close()

	app := awscdk.NewApp(nil)
	// Without env, the stack is deployed to the account and region of the current credentials.
	NewLiveChatStack(app, "LiveChat", nil)
	app.Synth(nil)
}
