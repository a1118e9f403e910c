import { Stack, Token } from 'aws-cdk-lib';
import type { IGuardrailRef } from 'aws-cdk-lib/aws-bedrock';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IFunctionRef } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import type { JudgeSettings } from './auto-moderator-settings';
import { describeValue, validateProps, validateText, validateType } from '../private/argument-types';
import { lit, validationError, warn } from '../private/errors';
import { allow } from '../private/grants/statements';
import { COMPREHEND, GUARDRAILS, type JudgeLimits } from '../private/moderation/judge-limits';
import { isLiteral, validateWholeNumber } from '../private/validation';

const MAX_BATCH_SIZE = 100;
const MAX_CALLS_PER_SECOND = 1_000;

/**
 * Options of toxicity detection with Amazon Comprehend.
 */
export interface ComprehendToxicityOptions {
  /**
   * Messages with at least this toxicity are flagged: from 0 to 1.
   *
   * @default 0.8
   */
  readonly threshold?: number;

  /**
   * Maximum number of calls per second of an instance of the function. A call judges about ten messages.
   *
   * @default 20
   */
  readonly callsPerSecond?: number;

  /**
   * Region in which messages are judged. Messages leave the region of the stack if it is another one.
   *
   * @default - the region of the stack
   */
  readonly region?: string;
}

/**
 * Options of a guardrail of Amazon Bedrock.
 */
export interface GuardrailJudgeOptions {
  /**
   * Number of a version of the guardrail, such as `guardrailVersion.attrVersion`. `DRAFT` is refused, because every edit would
   * change the moderation of a running chat.
   */
  readonly version: string;

  /**
   * Maximum number of calls per second of an instance of the function. A call judges one message.
   *
   * @default 20
   */
  readonly callsPerSecond?: number;

  /**
   * Region of the guardrail. Only needed to check it at synthesis if the ARN is a token.
   *
   * @default - the region in the ARN of the guardrail
   */
  readonly region?: string;
}

/**
 * Options of a function that judges messages.
 */
export interface FunctionJudgeOptions {
  /**
   * Maximum number of messages per invocation, all of one room: 1 to 100.
   *
   * @default 25
   */
  readonly batchSize?: number;

  /**
   * Maximum number of invocations per second by an instance of the moderator's function.
   *
   * @default 10
   */
  readonly callsPerSecond?: number;
}

/** What a moderator needs to ask a judge. */
interface BoundJudge {
  readonly settings: JudgeSettings;
  readonly statement: PolicyStatement;
}

/**
 * Decides which messages an `AutoModerator` flags.
 */
export class ChatJudge {
  /**
   * Toxicity detection of Amazon Comprehend. It supports English only: results for other languages are meaningless.
   *
   * @param options the options
   * @see https://docs.aws.amazon.com/comprehend/latest/dg/trust-safety.html
   */
  public static comprehendToxicity(options: ComprehendToxicityOptions = {}): ChatJudge {
    validateProps(undefined, options, '{ threshold: 0.8 }');
    const { callsPerSecond = 20, region, threshold = 0.8 } = options;
    validateRate(callsPerSecond);
    if (isLiteral(threshold) && !(typeof threshold === 'number' && threshold >= 0 && threshold <= 1)) {
      throw validationError(undefined, lit`ThresholdOutOfRange`,
        `threshold must be a number from 0 to 1, got ${describeValue(threshold)}: pass for example 0.8`);
    }
    validateRegion(region);
    return new ChatJudge(scope => {
      checkLimits(scope, region ?? Stack.of(scope).region, callsPerSecond, COMPREHEND);
      return {
        settings: { kind: 'comprehend', threshold, callsPerSecond, region },
        statement: allow(['comprehend:DetectToxicContent'], '*'),
      };
    });
  }

  /**
   * A guardrail of Amazon Bedrock. Messages on which the guardrail intervenes are flagged.
   *
   * @param guardrail the guardrail
   * @param options the options
   * @see https://docs.aws.amazon.com/bedrock/latest/userguide/guardrails.html
   */
  public static guardrail(guardrail: IGuardrailRef, options: GuardrailJudgeOptions): ChatJudge {
    validateType(undefined, 'guardrail', guardrail, 'guardrailRef', 'a guardrail of Amazon Bedrock', 'new bedrock.CfnGuardrail(this, \'Guardrail\', props)');
    validateProps(undefined, options, '{ version: guardrailVersion.attrVersion }');
    const { callsPerSecond = 20, region, version } = options;
    validateVersion(version);
    validateRate(callsPerSecond);
    validateRegion(region);
    const { guardrailArn } = guardrail.guardrailRef;
    validateRegionOfArn(guardrailArn, region);
    return new ChatJudge(scope => {
      checkLimits(scope, region ?? regionOfArn(guardrailArn) ?? guardrail.env.region, callsPerSecond, GUARDRAILS);
      return {
        settings: { kind: 'guardrail', guardrailArn, version, callsPerSecond, region },
        statement: allow(['bedrock:ApplyGuardrail'], guardrailArn),
      };
    });
  }

  /**
   * A function of your own, in any region: it is invoked in the region of its ARN.
   *
   * It receives `{ RoomArn, Messages: [{ Id, Content, Attributes, SendTime, Sender }] }` and returns
   * `{ Verdicts: [{ Id, Flagged, Score, Label }] }` within 60 seconds: a verdict on each message, with or without a score and a label.
   *
   * @param handler the function, or an alias or version of it
   * @param options the options
   */
  public static function(handler: IFunctionRef, options: FunctionJudgeOptions = {}): ChatJudge {
    validateType(undefined, 'handler', handler, 'functionRef', 'a Lambda function, an alias or a version', 'the construct of the function');
    validateProps(undefined, options, '{ batchSize: 25 }');
    const { batchSize = 25, callsPerSecond = 10 } = options;
    if (isLiteral(batchSize)) validateWholeNumber(undefined, 'batchSize', batchSize, 1, MAX_BATCH_SIZE);
    validateRate(callsPerSecond);
    const { functionArn } = handler.functionRef;
    return new ChatJudge(() => ({
      settings: { kind: 'function', functionArn, batchSize, callsPerSecond },
      statement: allow(['lambda:InvokeFunction'], functionArn),
    }));
  }

  private constructor(
    /**
     * Checks the limits of the judge and returns what is needed to ask it. Called by the moderator.
     *
     * @internal
     */
    public readonly _bind: (scope: Construct) => BoundJudge,
  ) {}
}

function validateRate(callsPerSecond: number): void {
  if (isLiteral(callsPerSecond)) validateWholeNumber(undefined, 'callsPerSecond', callsPerSecond, 1, MAX_CALLS_PER_SECOND);
}

function validateRegion(region: string | undefined): void {
  if (region !== undefined) validateText(undefined, 'region', region, 'pass a region such as "us-east-1", or omit the property');
}

function validateVersion(version: string): void {
  if (Token.isUnresolved(version) || (typeof version === 'string' && /^[1-9][0-9]{0,7}$/.test(version))) return;
  throw validationError(undefined, lit`GuardrailVersionExpected`,
    `version must be the number of a version of the guardrail, not DRAFT, got ${describeValue(version)}: create a bedrock.CfnGuardrailVersion, and pass its attrVersion`);
}

function regionOfArn(arn: string): string | undefined {
  return Token.isUnresolved(arn) ? undefined : arn.split(':')[3];
}

function validateRegionOfArn(arn: string, region: string | undefined): void {
  const actual = regionOfArn(arn);
  if (!isLiteral(region) || actual === undefined || actual === region) return;
  throw validationError(undefined, lit`GuardrailInOtherRegion`,
    `region must be that of the guardrail, got ${JSON.stringify(region)} instead of ${JSON.stringify(actual)}: omit the property`);
}

function checkLimits(scope: Construct, region: string, callsPerSecond: number, { page, quotaIn, regions, service }: JudgeLimits): void {
  if (!isLiteral(region)) return;
  if (!regions.includes(region)) {
    warn(scope, 'judgeRegionUnknown',
      `${service} is not documented for ${region} (${page}, November 2026). If it is not available there, no message is judged. Set the property region of the judge, or acknowledge this warning if it is available.`);
  }
  const quota = quotaIn(region);
  if (isLiteral(callsPerSecond) && callsPerSecond > quota) {
    warn(scope, 'judgeRateAboveQuota',
      `callsPerSecond is ${callsPerSecond}, but the default quota of ${service} in ${region} is ${quota} calls per second for the whole account. The other calls are throttled and repeated. Reduce callsPerSecond, or acknowledge this warning if your quota is higher.`);
  }
}
