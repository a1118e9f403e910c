/** The property `CorsConfiguration` of `AWS::ApiGatewayV2::Api`. */
export interface HttpApiCors {
  readonly AllowCredentials?: boolean;
  readonly AllowHeaders?: readonly string[];
  readonly AllowMethods?: readonly string[];
  readonly AllowOrigins?: readonly string[];
  readonly ExposeHeaders?: readonly string[];
  readonly MaxAge?: number;
}

export interface HttpApiDefinition {
  readonly id: string;
  readonly name: string;
  readonly cors?: HttpApiCors;
  /** Whether the API is reached through a custom domain name only. */
  readonly isEndpointDisabled: boolean;
}

/** Version of the payload that a function receives. */
export type PayloadVersion = '1.0' | '2.0';

/** A Lambda proxy integration. */
export interface HttpApiIntegration {
  readonly id: string;
  readonly functionArn: string;
  readonly payloadVersion: PayloadVersion;
  readonly timeoutMilliseconds: number;
}

export interface HttpApiRoute {
  readonly id: string;
  /** `$default`, or a method and a path such as `GET /rooms/{id}`. */
  readonly routeKey: string;
  readonly integrationId: string;
  readonly authorizationType: 'AWS_IAM' | 'CUSTOM' | 'JWT' | 'NONE';
  readonly authorizerId?: string;
  readonly scopes: readonly string[];
}

export interface JwtAuthorizer {
  readonly kind: 'JWT';
  readonly id: string;
  readonly name: string;
  /** Such as `$request.header.Authorization`. */
  readonly identitySources: readonly string[];
  readonly issuer: string;
  readonly audience: readonly string[];
}

export interface LambdaAuthorizer {
  readonly kind: 'CUSTOM';
  readonly id: string;
  readonly name: string;
  readonly identitySources: readonly string[];
  readonly functionArn: string;
  readonly payloadVersion: PayloadVersion;
  /** Whether the function returns `{ isAuthorized }` instead of a policy. */
  readonly hasSimpleResponses: boolean;
  /** 0 for no caching. */
  readonly cacheSeconds: number;
}

export type HttpApiAuthorizer = JwtAuthorizer | LambdaAuthorizer;

export interface HttpApiStage {
  /** `$default`, or the first segment of the path. */
  readonly name: string;
  /** A stage serves nothing before its first deployment. */
  readonly isDeployed: boolean;
  readonly variables: Readonly<Record<string, string>>;
}
