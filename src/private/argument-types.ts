/**
 * Checks of types that the TypeScript compiler also checks. JavaScript does not check types, and jsii does not check whether
 * an object of another language implements an interface.
 */
import { Token } from 'aws-cdk-lib';
import { Construct, type IConstruct } from 'constructs';
import { lit, validationError } from './errors';

/** The key under which jsii stores the public name of a class. */
const JSII_TYPE = Symbol.for('jsii.rtti');

/** Describes a value in an error message. */
export function describeValue(value: unknown): string {
  if (Token.isUnresolved(value)) return 'a token';
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return `the class or function ${value.name}`;
  if (Array.isArray(value)) return 'a list';
  if (typeof value !== 'object' || value === null) return String(value);
  const className = classNameOf(value);
  if (Construct.isConstruct(value)) return `the ${className} ${value.node.path}`;
  return className === undefined || className === 'Object' ? 'an object' : `a ${className}`;
}

/** Returns the name of a class as in its documentation. In the code of the CDK it can differ, for example `Bucket2`. */
function classNameOf(value: object): string | undefined {
  const name = value.constructor?.name;
  // The decorator for property injection wraps a class in another one of the same name.
  for (let type: any = value.constructor; type?.name === name && name !== undefined; type = Object.getPrototypeOf(type)) {
    if (Object.prototype.hasOwnProperty.call(type, JSII_TYPE)) return type[JSII_TYPE].fqn.split('.').at(-1);
  }
  return name;
}

/**
 * Whether a value is an object with a property, which can be inherited. A property is not read, because that would create a token; the
 * method `bind` must be one.
 */
function hasProperty(value: unknown, property: string): boolean {
  if (typeof value !== 'object' || value === null || !(property in value)) return false;
  return property !== 'bind' || typeof (value as { bind: unknown }).bind === 'function';
}

/** @param example the properties to pass, such as `{ handler: fn }` */
export function validateProps(scope: IConstruct | undefined, props: unknown, example: string): void {
  if (typeof props === 'object' && props !== null && !Array.isArray(props) && !Construct.isConstruct(props)) return;
  throw validationError(scope, lit`PropsExpected`,
    `props must be an object, got ${describeValue(props)}: pass properties such as ${example}`);
}

/** @param advice what to pass instead */
export function validateString(scope: IConstruct | undefined, property: string, value: unknown, advice: string): void {
  if (typeof value === 'string' || Token.isUnresolved(value)) return;
  throw validationError(scope, lit`StringExpected`,
    `${property} must be a string, got ${describeValue(value)}: ${advice}`);
}

/** Like `validateString`, for values that must not be empty. */
export function validateText(scope: IConstruct | undefined, property: string, value: unknown, advice: string): void {
  validateString(scope, property, value, advice);
  if (value !== '') return;
  throw validationError(scope, lit`StringIsEmpty`,
    `${property} must have at least one character, got an empty string: ${advice}`);
}

/**
 * @param marker a property that all such values have
 * @param type what is expected, such as `a ChatRole`
 * @param example what to pass instead
 */
export function validateType(scope: IConstruct | undefined, property: string, value: unknown, marker: string, type: string, example: string): void {
  if (hasProperty(value, marker)) return;
  throw validationError(scope, lit`TypeExpected`,
    `${property} must be ${type}, got ${describeValue(value)}: pass for example ${example}`);
}

/** @param example an element */
export function validateList(scope: IConstruct | undefined, property: string, values: unknown, example: string): asserts values is unknown[] {
  if (!Array.isArray(values)) {
    throw validationError(scope, lit`ListExpected`,
      `${property} must be a list, got ${describeValue(values)}: pass for example [${example}]`);
  }
  if (values.length > 0) return;
  throw validationError(scope, lit`ListIsEmpty`,
    `${property} must have at least one element, got an empty list: pass for example ${example}`);
}

/** Validates a list that must not be empty, and its elements as `validateType` does. */
export function validateListOf(
  scope: IConstruct | undefined, property: string, values: unknown, marker: string, type: string, example: string,
): void {
  validateList(scope, property, values, example);
  values.forEach((value, index) => validateType(scope, `${property}[${index}]`, value, marker, type, example));
}

/** Validates a list of strings that must not be empty. */
export function validateTexts(scope: IConstruct | undefined, property: string, values: unknown, example: string): void {
  if (Token.isUnresolved(values)) return;
  validateList(scope, property, values, example);
  values.forEach((value, index) => validateText(scope, `${property}[${index}]`, value, `pass for example ${example}`));
}

export function validateBoolean(scope: IConstruct | undefined, property: string, value: unknown): void {
  if (value === undefined || typeof value === 'boolean') return;
  throw validationError(scope, lit`BooleanExpected`,
    `${property} must be true or false, got ${describeValue(value)}: pass a Boolean, or omit the property`);
}

/** @param example a property of the object */
export function validateMap(scope: IConstruct, property: string, value: unknown, example: string): asserts value is object {
  if (typeof value === 'object' && value !== null && !(Symbol.iterator in value) && !Construct.isConstruct(value)) return;
  throw validationError(scope, lit`MapExpected`,
    `${property} must be an object, got ${describeValue(value)}: pass for example { ${example} }`);
}

export function validateTagMap(scope: IConstruct, tags: unknown): void {
  if (tags === undefined || Token.isUnresolved(tags)) return;
  if (typeof tags !== 'object' || tags === null || Symbol.iterator in tags || Construct.isConstruct(tags)) {
    throw validationError(scope, lit`TagsExpected`,
      `tags must be an object whose properties are the tags, got ${describeValue(tags)}: pass for example { team: 'chat' }`);
  }
  for (const [key, value] of Object.entries(tags)) {
    validateString(scope, `tags[${JSON.stringify(key)}]`, value, 'pass a string, or remove the tag');
  }
}

/** @param options the options of a metric */
export function validatePeriod(options: { readonly period?: unknown } | undefined): void {
  const period = options?.period;
  if (period === undefined || hasProperty(period, 'toSeconds')) return;
  throw validationError(undefined, lit`DurationExpected`,
    `period must be a Duration, got ${describeValue(period)}: pass for example Duration.minutes(1)`);
}

export function validateReviewHandler(scope: IConstruct, value: unknown): void {
  if (value === undefined || hasProperty(value, 'bind')) return;
  throw validationError(scope, lit`ReviewHandlerExpected`,
    `messageReviewHandler must be a MessageReviewHandler, got ${describeValue(value)}: pass new MessageReviewHandler(this, 'Review', { handler: fn }), or MessageReviewHandler.none() to detach the handler`);
}

export function validateFunction(scope: IConstruct, value: unknown): void {
  if (hasProperty(value, 'functionRef')) return;
  throw validationError(scope, lit`FunctionExpected`,
    `handler must be a Lambda function, an alias or a version, got ${describeValue(value)}: pass { handler: fn }, or import a function with lambda.Function.fromFunctionArn(this, 'Moderator', functionArn)`);
}

/** @param allowed the values of the enum */
export function validateFallbackResult(scope: IConstruct, value: unknown, allowed: string[]): void {
  if (value === undefined || Token.isUnresolved(value) || allowed.includes(value as string)) return;
  throw validationError(scope, lit`FallbackResultExpected`,
    `fallbackResult must be FallbackResult.ALLOW or FallbackResult.DENY, got ${describeValue(value)}: pass one of them, or omit the property`);
}

export function validateLoggingConfigurations(scope: IConstruct, values: unknown): void {
  if (values === undefined) return;
  if (!Array.isArray(values)) {
    throw validationError(scope, lit`LoggingConfigurationsExpected`,
      `loggingConfigurations must be a list, got ${describeValue(values)}: pass for example [chatLog]`);
  }
  values.forEach((value, index) => validateLoggingConfiguration(scope, `loggingConfigurations[${index}]`, value));
}

export function validateLoggingConfiguration(scope: IConstruct | undefined, property: string, value: unknown): void {
  if (hasProperty(value, 'loggingConfigurationRef')) return;
  const advice = typeof value === 'string'
    ? 'import it with LoggingConfiguration.fromLoggingConfigurationArn(this, \'ChatLog\', arn)'
    : `pass new LoggingConfiguration(this, 'ChatLog', { destination: ${destinationOf(value) ?? 'LoggingDestination.s3(bucket)'} })`;
  throw validationError(scope, lit`LoggingConfigurationExpected`,
    `${property} must be a LoggingConfiguration, got ${describeValue(value)}: ${advice}`);
}

export function validateDestination(scope: IConstruct, value: unknown): void {
  if (hasProperty(value, '_bind')) return;
  const advice = destinationOf(value) ?? 'LoggingDestination.cloudWatchLogs(logGroup), LoggingDestination.s3(bucket) or LoggingDestination.firehose(deliveryStream)';
  throw validationError(scope, lit`LoggingDestinationExpected`,
    `destination must be a LoggingDestination, got ${describeValue(value)}: pass ${advice}`);
}

/** Returns the expression that makes a logging destination of a log group, bucket or delivery stream. */
function destinationOf(value: unknown): string | undefined {
  if (hasProperty(value, 'logGroupRef')) return 'LoggingDestination.cloudWatchLogs(logGroup)';
  if (hasProperty(value, 'bucketRef')) return 'LoggingDestination.s3(bucket)';
  return hasProperty(value, 'deliveryStreamRef') ? 'LoggingDestination.firehose(deliveryStream)' : undefined;
}

const IMPORTS = {
  logGroup: 'logs.LogGroup.fromLogGroupName(this, \'LogGroup\', name)',
  bucket: 's3.Bucket.fromBucketName(this, \'Bucket\', name)',
  deliveryStream: 'firehose.DeliveryStream.fromDeliveryStreamName(this, \'Stream\', name)',
};

/** @param property name of the parameter, which is also the prefix of the property that such resources have */
export function validateDestinationResource(property: keyof typeof IMPORTS, value: unknown): void {
  if (hasProperty(value, `${property}Ref`)) return;
  throw validationError(undefined, lit`DestinationResourceExpected`,
    `${property} must be a construct of this type, got ${describeValue(value)}: pass the construct, or import it with ${IMPORTS[property]}`);
}

export function validateRoom(scope: IConstruct | undefined, value: unknown, property = 'room'): void {
  if (hasProperty(value, 'roomRef')) return;
  throw validationError(scope, lit`RoomExpected`,
    `${property} must be a chat room, got ${describeValue(value)}: pass the construct, or import it with ChatRoom.fromRoomArn(this, 'Room', roomArn)`);
}

export function validateGrantee(scope: IConstruct | undefined, value: unknown): void {
  if (hasProperty(value, 'grantPrincipal')) return;
  throw validationError(scope, lit`GranteeExpected`,
    `grantee must be a role, a user, a function or another principal, got ${describeValue(value)}: pass the L2 construct, or import a role with iam.Role.fromRoleArn(this, 'Role', roleArn)`);
}
