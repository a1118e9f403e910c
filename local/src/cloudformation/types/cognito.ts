import { DEFAULT_TOKEN_SECONDS } from '../../contracts/user-pool';
import { ExpectedError } from '../../expected-error';
import { alphanumericId, generatedName } from '../generated-names';
import { ANY, BOOLEAN, STRING, type Schema } from '../property-schema';
import type { ResourceRequest, ResourceState, ResourceType } from '../resource-type';
import { inform, open, warn } from './notices';
import type { TypeOptions } from './type-options';

const VALIDITY: Schema = { type: 'integer', minimum: 1, maximum: 86_400 };
const UNIT_SECONDS: Readonly<Record<string, number>> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };
const UNIT: Schema = { type: 'string', values: Object.keys(UNIT_SECONDS) };

/** Documented limits of the validity of ID tokens and access tokens. */
const SECONDS = { minimum: 300, maximum: 86_400 };

/** Properties that have an effect, or a warning of their own. Most others are about signing up and signing in, which are not supported here. */
const SCHEMAS = {
  client: open({
    AccessTokenValidity: VALIDITY,
    ClientName: STRING,
    EnableTokenRevocation: BOOLEAN,
    GenerateSecret: BOOLEAN,
    IdTokenValidity: VALIDITY,
    TokenValidityUnits: open({ AccessToken: UNIT, IdToken: UNIT }),
    UserPoolId: STRING,
  }, ['UserPoolId']),
  group: open({ GroupName: STRING, Precedence: { type: 'integer', minimum: 0 }, RoleArn: STRING, UserPoolId: STRING }, ['UserPoolId']),
  pool: open({ LambdaConfig: ANY, UserPoolName: STRING }),
};

/** User pools issue tokens for any user: see `src/user-pools`. */
export function cognitoTypes(options: TypeOptions): Record<string, ResourceType> {
  const { userPools } = options;
  return {
    'AWS::Cognito::UserPool': {
      schema: SCHEMAS.pool,
      create: async request => putPool(request, `${options.environment.region}_${alphanumericId(request.seed, 9)}`, options),
      update: async (request, { physicalId }) => putPool(request, physicalId, options),
      delete: async (_request, { physicalId }) => userPools.deletePool(physicalId),
    },
    'AWS::Cognito::UserPoolClient': {
      schema: SCHEMAS.client,
      immutable: ['GenerateSecret', 'UserPoolId'],
      create: async request => putClient(request, alphanumericId(request.seed, 26).toLowerCase(), options),
      update: async (request, { physicalId }) => putClient(request, physicalId, options),
      delete: async ({ properties }, { physicalId }) => userPools.deleteClient(properties.UserPoolId, physicalId),
    },
    'AWS::Cognito::UserPoolGroup': {
      schema: SCHEMAS.group,
      immutable: ['GroupName', 'UserPoolId'],
      create: async request => putGroup(request, options),
      update: async request => putGroup(request, options),
      delete: async ({ properties }, { physicalId }) => userPools.deleteGroup(properties.UserPoolId, physicalId),
    },
  };
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpool.html */
function putPool(request: ResourceRequest, id: string, { environment: { account, region }, liveLog, userPools }: TypeOptions): ResourceState {
  const { LambdaConfig: triggers, UserPoolName: name = generatedName(request.stackName, request.logicalId, request.seed, 128) } = request.properties;
  if (triggers && Object.keys(triggers).length > 0) {
    warn(liveLog, request, 'has a LambdaConfig, which is ignored: no trigger is invoked', { notice: 'ignored', properties: ['LambdaConfig'] });
  }
  userPools.putPool(id, name);
  const url = userPools.issuerOf(id);
  return {
    physicalId: id,
    attributes: {
      Arn: `arn:aws:cognito-idp:${region}:${account}:userpool/${id}`,
      ProviderName: url.replace('https://', ''),
      ProviderURL: url,
      UserPoolId: id,
    },
  };
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpoolclient.html */
function putClient(request: ResourceRequest, id: string, options: TypeOptions): ResourceState {
  const { ClientName, EnableTokenRevocation = true, GenerateSecret, UserPoolId } = request.properties;
  const name = ClientName ?? generatedName(request.stackName, request.logicalId, request.seed, 128);
  const client = {
    id, name, isRevocable: EnableTokenRevocation, accessTokenSeconds: validityOf(request, 'AccessToken'), idTokenSeconds: validityOf(request, 'IdToken'),
  };
  reportMissingPool(request, options);
  options.userPools.putClient(UserPoolId, client);
  const secret = GenerateSecret ? alphanumericId(`${request.seed}/secret`, 32).toLowerCase() : undefined;
  return { physicalId: id, attributes: { ClientId: id, Name: name, ...secret !== undefined && { ClientSecret: secret } } };
}

/** @returns seconds */
function validityOf({ properties }: ResourceRequest, token: 'AccessToken' | 'IdToken'): number {
  const value = properties[`${token}Validity`];
  if (value === undefined) return DEFAULT_TOKEN_SECONDS;
  const unit = properties.TokenValidityUnits?.[token] ?? 'hours';
  const seconds = value * UNIT_SECONDS[unit];
  if (seconds >= SECONDS.minimum && seconds <= SECONDS.maximum) return seconds;
  throw new ExpectedError(`${token}Validity must be from 5 minutes to 1 day, got ${value} ${unit}.`);
}

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpoolgroup.html */
function putGroup(request: ResourceRequest, options: TypeOptions): ResourceState {
  const { GroupName, Precedence: precedence, RoleArn: roleArn, UserPoolId } = request.properties;
  const name = GroupName ?? generatedName(request.stackName, request.logicalId, request.seed, 128);
  reportMissingPool(request, options);
  options.userPools.putGroup(UserPoolId, { name, precedence, roleArn });
  return { physicalId: name, attributes: {} };
}

function reportMissingPool(request: ResourceRequest, { liveLog, userPools }: TypeOptions): void {
  const { UserPoolId: userPool } = request.properties;
  if (userPools.hasPool(userPool)) return;
  const text = `is of the user pool ${userPool}, which is not part of this deployment: ivschat-local issues its tokens`;
  inform(liveLog, request, text, { notice: 'missing-user-pool', userPool });
}
