// room is an ivschat.ChatRoom, pool an awscognito.UserPool, and client an awscognito.UserPoolClient of the pool.
tokens := ivschat.NewChatTokenEndpoint(stack, jsii.String("Tokens"), &ivschat.ChatTokenEndpointProps{
	Rooms: &[]interfacesawsivschat.IRoomRef{room},
	Authentication: ivschat.ChatAuthentication_UserPool(pool, &ivschat.UserPoolAuthenticationOptions{
		UserPoolClients: &[]interfacesawscognito.IUserPoolClientRef{client},
	}),
	Roles: &[]ivschat.ChatRoleRule{
		ivschat.ChatRole_Moderator(nil).When(ivschat.ClaimMatch_Contains(jsii.String("cognito:groups"), jsii.String("staff"))),
	},
	Attributes: &map[string]ivschat.ChatAttribute{
		"name": ivschat.ChatAttribute_FromClaim(jsii.String("name"), nil),
	},
	Bans:                         ivschat.NewChatBans(stack, jsii.String("Bans"), nil),
	AllowedOrigins:               jsii.Strings("https://app.example.com"),
	ReservedConcurrentExecutions: jsii.Number(20), // of the 1,000 that all functions of the account share
})
awscdk.NewCfnOutput(stack, jsii.String("TokenUrl"), &awscdk.CfnOutputProps{Value: tokens.Url()})
