module example.com/live-chat

go 1.25

require (
	github.com/aws/aws-cdk-go/awscdk/v2 v2.250.0
	github.com/aws/constructs-go/constructs/v10 v10.5.1
	github.com/aws/jsii-runtime-go v1.140.0
	github.com/cdk-ivschat/cdk-ivschat-go/cdkivschat v0.0.0
)

// The module as built from this repository. Remove this line to use the published module.
replace github.com/cdk-ivschat/cdk-ivschat-go/cdkivschat => ../packages/go/cdkivschat
