import { ArnFormat, Duration, Stack, Token } from 'aws-cdk-lib';
import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import type { Grant, IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IRoomRef } from 'aws-cdk-lib/aws-ivschat';
import { type FunctionUrl, FunctionUrlAuthType, type FunctionUrlCorsOptions, HttpMethod, type IFunction, type IFunctionRef } from 'aws-cdk-lib/aws-lambda';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct } from 'constructs';
import type { ChatAttribute } from './chat-attribute';
import type { ChatAuthentication } from './chat-authentication';
import type { IChatBans } from './chat-bans';
import { ChatRole, type ChatRoleRule } from './chat-role';
import type { AuthenticationSettings, TokenEndpointSettings } from './token-endpoint-settings';
import { handlerCode } from '../handler-code';
import type { IChatHistory } from '../history/chat-history';
import { acknowledgeWildcard, anyRoom } from '../private/acknowledge';
import { validateBoolean, validateProps, validateType } from '../private/argument-types';
import { ChatFunction, settingsVariable } from '../private/chat-function';
import { functionMetric } from '../private/chat-metric';
import { lit, validationError } from '../private/errors';
import { grantOnFunction } from '../private/grants/function-grants';
import { validateReviewersAtSynthesis } from '../private/grants/reviewer-cycles';
import { allow } from '../private/grants/statements';
import { referencedConstruct } from '../private/referenced-construct';
import { type RoomList, roomListOf } from '../private/room-list';
import { validateRoomsOfBans } from '../private/tokens/rooms-of-bans';
import { registerTokenEndpoint } from '../private/tokens/shared-user-ids';
import {
  minutesOf, validateAnonymous, validateAttributes, validateAuthentication, validateOrigins, validateRole, validateRoles, validateUserIdClaim,
  validateUserIdPrefix,
} from '../private/tokens/token-endpoint-validation';
import { userAttributesOf } from '../private/tokens/writable-claims';
import { validateSameEnvironment, validateWholeNumber, warnIfRegionHasNoService } from '../private/validation';

const TIMEOUT_SECONDS = 15;
/** The maximum that Lambda accepts. */
const CORS_MAX_AGE_DAYS = 1;
const REVIEWER_ADVICE = 'remove the variable, and pass the value in another way, such as a parameter of AWS Systems Manager with a literal name';
/** Headers of requests that a browser signs. */
const SIGNATURE_HEADERS = ['x-amz-content-sha256', 'x-amz-date', 'x-amz-security-token'];

/**
 * Properties of a token endpoint.
 */
export interface ChatTokenEndpointProps {
  /**
   * The rooms for which users get chat tokens: 1 to 140. With more than one, requests must name the room.
   *
   * @default - all rooms of the account and region for which `admission` gives a user a role
   */
  readonly rooms?: IRoomRef[];

  /**
   * A function that decides who can enter a room, and with which role. Required without `rooms`.
   *
   * It is invoked with `{ roomId, roomArn, userId, isAnonymous, claims, role }` and returns
   * `{ role: 'moderator' | 'participant' | 'viewer' | 'refused' }`. If it fails, takes too long or returns anything else, the
   * user gets no token.
   *
   * @default - the roles of the claims are final
   */
  readonly admission?: IFunctionRef;

  /**
   * How users are identified.
   */
  readonly authentication: ChatAuthentication;

  /**
   * The claim whose value is the user ID, which all clients in the room receive.
   *
   * It must be a claim that users cannot change. With `email`, only verified addresses are accepted. Not used with
   * `ChatAuthentication.iam()`.
   *
   * @default 'sub'
   */
  readonly userIdClaim?: string;

  /**
   * Prefix of the user IDs, to distinguish users of several identity providers in a room: up to 64 characters.
   *
   * @default - no prefix
   */
  readonly userIdPrefix?: string;

  /**
   * Rules that assign roles to users by their claims. The first rule that matches decides.
   *
   * @default - all users have the default role
   */
  readonly roles?: ChatRoleRule[];

  /**
   * Role of users for whom no rule matches.
   *
   * @default ChatRole.participant()
   */
  readonly defaultRole?: ChatRole;

  /**
   * Role of requests without a token of the identity provider. Each of them gets a new user ID, which starts with `anonymous:`.
   *
   * @default ChatRole.refused()
   */
  readonly anonymous?: ChatRole;

  /**
   * Attributes of users, which all clients receive with each message: no private data. With the attribute `role`, which the
   * endpoint always writes, they must fit into 1,024 bytes as JSON.
   *
   * @default - only `role`
   */
  readonly attributes?: { [name: string]: ChatAttribute };

  /**
   * How long a user can stay connected: 1 to 180 minutes. The client then needs another chat token.
   *
   * @default Duration.minutes(60)
   */
  readonly sessionDuration?: Duration;

  /**
   * Users who get no chat tokens. Moderators can ban users through the endpoint.
   *
   * @default - users cannot be banned
   */
  readonly bans?: IChatBans;

  /**
   * History that users can read with the same request as a chat token, and page by page.
   *
   * @default - users cannot read earlier messages
   */
  readonly history?: IChatHistory;

  /**
   * Origins of the pages that can call the URL, for example `https://app.example.com`.
   *
   * @default - none, pages in a browser cannot call the URL
   */
  readonly allowedOrigins?: string[];

  /**
   * Whether the function has a URL. Set this to `false` to call it through an HTTP API of Amazon API Gateway.
   *
   * @default true
   */
  readonly functionUrl?: boolean;

  /**
   * Maximum number of concurrent requests, which limits the cost of a flood of requests.
   *
   * The number is taken from the concurrency that all functions of the account share, by default 1,000.
   *
   * @default - limited by the account
   * @see https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html
   */
  readonly reservedConcurrentExecutions?: number;
}

/**
 * A URL that issues chat tokens to the users of an identity provider.
 *
 * The user ID is a verified claim, and the role of the user in the chat follows from verified claims, never from the request.
 * The function refuses banned users, and answers with status 503 and without a token if it cannot verify a user or a ban.
 *
 * Throws if there are neither rooms nor `admission`, if there are more than 140 rooms, if users could choose their user ID, or
 * if another property is invalid.
 *
 * @example
 * declare const lobby: ivschat.ChatRoom;
 * declare const pool: cognito.UserPool;
 * declare const client: cognito.UserPoolClient;
 *
 * const tokens = new ivschat.ChatTokenEndpoint(this, 'Tokens', {
 *   rooms: [lobby],
 *   authentication: ivschat.ChatAuthentication.userPool(pool, { userPoolClients: [client] }),
 *   roles: [ivschat.ChatRole.moderator().when(ivschat.ClaimMatch.contains('cognito:groups', 'staff'))],
 *   attributes: { name: ivschat.ChatAttribute.fromClaim('name') },
 *   allowedOrigins: ['https://app.example.com'],
 * });
 * new CfnOutput(this, 'TokenUrl', { value: tokens.url });
 *
 * @see https://github.com/cdk-ivschat/cdk-ivschat/blob/main/docs/tokens.md
 */
@propertyInjectable
export class ChatTokenEndpoint extends Construct {
  /** Uniquely identifies this class for property injection. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-ivschat.ChatTokenEndpoint';

  /**
   * The function that issues the tokens. It accepts requests of its URL and of HTTP APIs with payload format 2.0.
   */
  public readonly function: IFunction;

  private readonly functionUrl?: FunctionUrl;

  constructor(scope: Construct, id: string, props: ChatTokenEndpointProps) {
    super(scope, id);
    validateProps(this, props, '{ rooms: [room], authentication }');
    const { admission, bans, functionUrl = true, history, reservedConcurrentExecutions } = props;
    const authentication = validateAuthentication(this, props.authentication);
    if (props.rooms === undefined && admission === undefined) {
      throw validationError(this, lit`NoRooms`,
        'rooms must be set if admission is not set, got neither: pass the rooms, or a function that decides who can enter rooms created at runtime');
    }
    const rooms = roomListOf(this, props.rooms);
    validateBoolean(this, 'functionUrl', functionUrl);
    validateOrigins(this, props.allowedOrigins, functionUrl);
    if (reservedConcurrentExecutions !== undefined && !Token.isUnresolved(reservedConcurrentExecutions)) {
      validateWholeNumber(this, 'reservedConcurrentExecutions', reservedConcurrentExecutions, 0, Number.MAX_SAFE_INTEGER);
    }
    this.validateFunctions(admission, bans, rooms);
    this.validateHistory(history);
    const settings = this.settings(props, authentication, rooms);
    warnIfRegionHasNoService(this);

    const { fn, policy } = new ChatFunction(this, 'Tokens', {
      description: 'Issues chat tokens',
      code: handlerCode('functions'),
      handler: 'token-endpoint/index.handler',
      timeout: Duration.seconds(TIMEOUT_SECONDS),
      reservedConcurrentExecutions,
      environment: settingsVariable(this, 'TOKEN_ENDPOINT', settings),
      statements: this.statements(rooms, props),
    });
    if (rooms.isAllRooms) acknowledgeWildcard(policy, anyRoom(this), 'The admission function decides about rooms that the application creates at runtime.');
    this.function = fn;
    if (functionUrl) {
      this.functionUrl = fn.addFunctionUrl({
        authType: authentication.type === 'iam' ? FunctionUrlAuthType.AWS_IAM : FunctionUrlAuthType.NONE,
        cors: props.allowedOrigins && corsOf(props.allowedOrigins, authentication),
      });
    }
    this.register(settings, rooms);
    validateReviewersAtSynthesis(this, rooms.keys, [fn, ...this.functionUrl ? [this.functionUrl] : []], REVIEWER_ADVICE);
  }

  /**
   * URL to which clients send their requests, with the method POST.
   *
   * Throws if the endpoint has no URL, because of `functionUrl: false`.
   */
  public get url(): string {
    return this.urlOrThrow().url;
  }

  /**
   * Grants permission to call the URL with signed requests, for an endpoint with `ChatAuthentication.iam()`.
   *
   * Throws if the endpoint has no URL, because of `functionUrl: false`.
   *
   * @param grantee the principal to grant permission to
   */
  public grantInvokeUrl(grantee: IGrantable): Grant {
    this.urlOrThrow();
    const { functionArn } = this.function;
    return grantOnFunction(this, grantee, [
      { action: 'lambda:InvokeFunctionUrl', functionArn, conditions: { StringEquals: { 'lambda:FunctionUrlAuthType': 'AWS_IAM' } } },
      // Not for invocations without the URL, which could contain any identity.
      { action: 'lambda:InvokeFunction', functionArn, conditions: { Bool: { 'lambda:InvokedViaFunctionUrl': 'true' } } },
    ]);
  }

  /**
   * Number of requests that were refused: without a valid token of the identity provider, by a ban, a role or the request itself.
   *
   * @param props options of the metric
   * @default - sum over 5 minutes
   */
  public metricRefused(props?: MetricOptions): Metric {
    return this.metric('Refused', props);
  }

  /**
   * Number of requests that got no token because Amazon IVS Chat limited the rate of new tokens.
   *
   * @param props options of the metric
   * @default - sum over 5 minutes
   */
  public metricThrottled(props?: MetricOptions): Metric {
    return this.metric('Throttled', props);
  }

  /**
   * Number of requests that got no token because of a failure, for example of the identity provider, the table of the bans or the
   * admission function.
   *
   * @param props options of the metric
   * @default - sum over 5 minutes
   */
  public metricFailed(props?: MetricOptions): Metric {
    return this.metric('Failed', props);
  }

  private metric(metricName: string, props?: MetricOptions): Metric {
    return functionMetric(metricName, this.function.functionName, props).attachTo(this);
  }

  private urlOrThrow(): FunctionUrl {
    if (this.functionUrl) return this.functionUrl;
    throw validationError(this, lit`UrlNotAvailable`,
      'functionUrl must be true to use the URL, got false: use the URL of the API in front of the function, or omit functionUrl');
  }

  private validateFunctions(admission: IFunctionRef | undefined, bans: IChatBans | undefined, rooms: RoomList): void {
    if (admission !== undefined) {
      validateType(this, 'admission', admission, 'functionRef', 'a Lambda function, an alias or a version', 'the construct of the function');
      validateSameEnvironment(this, 'admission', admission);
    }
    if (bans === undefined) return;
    validateType(this, 'bans', bans, 'banFunctionArn', 'a ChatBans', 'new ChatBans(this, \'Bans\')');
    validateSameEnvironment(this, 'bans', bans);
    validateRoomsOfBans(this, 'bans', bans, rooms, 'endpoint');
  }

  private validateHistory(history: IChatHistory | undefined): void {
    if (history === undefined) return;
    validateType(this, 'history', history, 'pageFunctionArn', 'a ChatHistory', 'new ChatHistory(this, \'History\', { chatLog: logGroup })');
    validateSameEnvironment(this, 'history', history);
  }

  private settings(props: ChatTokenEndpointProps, authentication: AuthenticationSettings, rooms: RoomList): TokenEndpointSettings {
    const { anonymous = ChatRole.refused(), attributes = {}, bans, defaultRole = ChatRole.participant(), roles = [], userIdClaim = 'sub', userIdPrefix } = props;
    validateUserIdClaim(this, userIdClaim, authentication);
    validateUserIdPrefix(this, userIdPrefix);
    validateRoles(this, roles, authentication);
    validateRole(this, 'defaultRole', defaultRole);
    validateAnonymous(this, anonymous, authentication);
    validateAttributes(this, attributes);
    return {
      roomIds: rooms.ids,
      admissionFunctionArn: props.admission?.functionRef.functionArn,
      authentication,
      userIdClaim,
      userIdPrefix,
      roles: roles.map(({ _rule }) => _rule),
      defaultRole: defaultRole._role,
      anonymousRole: anonymous._role,
      attributes: Object.fromEntries(Object.entries(attributes).map(([name, { _attribute }]) => [name, _attribute])),
      sessionMinutes: minutesOf(this, props.sessionDuration ?? Duration.minutes(60)),
      bans: bans && { tableName: tableNameOf(this, bans), functionArn: bans.banFunctionArn },
      historyFunctionArn: props.history?.pageFunctionArn,
    };
  }

  private statements(rooms: RoomList, { admission, bans, history }: ChatTokenEndpointProps): PolicyStatement[] {
    const functionArns = [bans?.banFunctionArn, admission?.functionRef.functionArn, history?.pageFunctionArn].filter(arn => arn !== undefined);
    return [
      allow(['ivschat:CreateChatToken'], ...rooms.arns),
      ...bans ? [allow(['dynamodb:BatchGetItem'], bans.tableArn)] : [],
      ...functionArns.length > 0 ? [allow(['lambda:InvokeFunction'], ...functionArns)] : [],
      ...bans?.encryptionKey ? [allow(['kms:Decrypt'], bans.encryptionKey.keyArn)] : [],
    ];
  }

  private register({ attributes, authentication, userIdPrefix }: TokenEndpointSettings, { keys }: RoomList): void {
    const provider = authentication.type === 'iam' ? authentication : { issuer: authentication.issuer };
    const identityProvider = JSON.stringify(Stack.of(this).resolve(provider));
    const userAttributes = userAttributesOf(attributes, authentication);
    registerTokenEndpoint({ construct: this, rooms: keys, userIdPrefix, userAttributes, identityProvider });
  }
}

function corsOf(allowedOrigins: string[], { type }: AuthenticationSettings): FunctionUrlCorsOptions {
  return {
    allowedOrigins,
    allowedMethods: [HttpMethod.POST],
    allowedHeaders: ['authorization', 'content-type', ...type === 'iam' ? SIGNATURE_HEADERS : []],
    exposedHeaders: ['retry-after'],
    maxAge: Duration.days(CORS_MAX_AGE_DAYS),
  };
}

/** Returns the name of the table: a reference in its stack, otherwise a part of the ARN, which policies need as well. */
function tableNameOf(scope: Construct, { tableArn }: IChatBans): string {
  const table = referencedConstruct(tableArn);
  if (CfnTable.isCfnTable(table) && Stack.of(table) === Stack.of(scope)) return table.ref;
  return Stack.of(scope).splitArn(tableArn, ArnFormat.SLASH_RESOURCE_NAME).resourceName!;
}
