module example.com/live-chat

go 1.25

require (
	github.com/aws/aws-cdk-go/awscdk/v2 v2.250.0
	github.com/aws/constructs-go/constructs/v10 v10.5.1
	github.com/aws/jsii-runtime-go v1.140.0
	github.com/cdk-ivschat/cdk-ivschat-go/cdkivschat v0.0.0
)

// Where the module is that this repository has built. Leave it out where it comes from the module proxy.
replace github.com/cdk-ivschat/cdk-ivschat-go/cdkivschat => ../packages/go/cdkivschat
