export interface RestApiDefinition {
  readonly id: string;
  readonly name: string;
  readonly rootResourceId: string;
  /** Content types whose bodies are passed in Base64. */
  readonly binaryMediaTypes: readonly string[];
  /** Where requests have their API key. */
  readonly apiKeySource: 'AUTHORIZER' | 'HEADER';
  /** Whether the API is reached through a custom domain name only. */
  readonly isEndpointDisabled: boolean;
}

export interface RestApiResource {
  readonly parentId: string;
  /** A segment of the path, such as `rooms`, `{id}` or `{proxy+}`. */
  readonly pathPart: string;
}

export interface RestApiMethod {
  readonly resourceId: string;
  readonly httpMethod: string;
  readonly authorizationType: 'AWS_IAM' | 'COGNITO_USER_POOLS' | 'CUSTOM' | 'NONE';
  readonly authorizerId?: string;
  readonly scopes: readonly string[];
  readonly isApiKeyRequired: boolean;
  readonly validatorId?: string;
  /** Names of models by content type. */
  readonly models: Readonly<Record<string, string>>;
  /** Such as `method.request.querystring.room`. */
  readonly requiredParameters: readonly string[];
  readonly integration: RestApiIntegration;
}

export type RestApiIntegration =
  | { readonly kind: 'lambda'; readonly functionArn: string; readonly timeoutMilliseconds: number }
  | { readonly kind: 'mock'; readonly response: MockResponse }
  | { readonly kind: 'unsupported'; readonly reason: string };

export interface MockResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Patterns of the origins that the response allows instead of that of its headers. */
  readonly allowedOrigins: readonly string[];
}

export type RestApiAuthorizer =
  | {
    readonly kind: 'COGNITO_USER_POOLS';
    readonly name: string;
    /** The header with the token. */
    readonly header: string;
    readonly issuers: readonly string[];
  }
  | {
    readonly kind: 'REQUEST' | 'TOKEN';
    readonly name: string;
    /** Such as `method.request.header.Authorization`. */
    readonly identitySources: readonly string[];
    /** What a token has to match. */
    readonly tokenPattern?: string;
    readonly functionArn: string;
    /** 0 for no caching. */
    readonly cacheSeconds: number;
  };

export interface RestApiModel {
  /** In JSON Schema draft 4. */
  readonly schema: unknown;
}

export interface RestApiValidator {
  readonly validatesBody: boolean;
  readonly validatesParameters: boolean;
}

export interface RestApiGatewayResponse {
  readonly status?: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The body, with variables such as `$context.error.messageString`. */
  readonly template?: string;
}

/** The parts of a REST API, by kind. */
export interface RestApiParts {
  readonly authorizer: RestApiAuthorizer;
  /** By its response type, such as `DEFAULT_4XX`. */
  readonly gatewayResponse: RestApiGatewayResponse;
  readonly method: RestApiMethod;
  /** By name. */
  readonly model: RestApiModel;
  readonly resource: RestApiResource;
  readonly validator: RestApiValidator;
}

export interface RestApiStage {
  /** The first segment of the path. */
  readonly name: string;
  readonly deploymentId: string;
  readonly variables: Readonly<Record<string, string>>;
}

export interface ApiKey {
  readonly id: string;
  readonly value: string;
  readonly isEnabled: boolean;
}

/** Which stages API keys are for. */
export interface UsagePlan {
  readonly id: string;
  readonly stages: readonly { readonly apiId: string; readonly stage: string }[];
}
