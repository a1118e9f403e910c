import type { SenderCondition } from './filter/filter-file';

/** Wire types: what an `AutoModerator` passes to its function, as JSON in the environment variable `AUTO_MODERATOR`. */

export interface AutoModeratorSettings {
  /** IDs of the rooms whose messages are judged. Without them, those of all rooms in the chat log. */
  readonly roomIds?: string[];
  readonly judge: JudgeSettings;
  /** In ascending order of `afterStrikes`. */
  readonly responses: ResponseSettings[];
  /** Set if there are responses. */
  readonly strikes?: StrikeSettings;
  /** Senders whose messages are not judged, by an attribute of their chat token. */
  readonly exempt: SenderCondition[];
  /** Whether decisions are only logged. */
  readonly dryRun?: boolean;
  readonly maximumAgeSeconds: number;
}

export interface StrikeSettings {
  readonly tableName: string;
  readonly windowSeconds: number;
}

export type JudgeSettings = ComprehendSettings | FunctionSettings | GuardrailSettings;

interface JudgeBase {
  readonly callsPerSecond: number;
}

export interface ComprehendSettings extends JudgeBase {
  readonly kind: 'comprehend';
  readonly threshold: number;
  /** Without it, the region of the function. */
  readonly region?: string;
}

export interface GuardrailSettings extends JudgeBase {
  readonly kind: 'guardrail';
  readonly guardrailArn: string;
  readonly version: string;
  /** Without it, the region of the ARN. */
  readonly region?: string;
}

export interface FunctionSettings extends JudgeBase {
  readonly kind: 'function';
  readonly functionArn: string;
  /** Messages in a call. */
  readonly batchSize: number;
}

export type ResponseSettings = BanSettings | DeleteMessageSettings | DisconnectUserSettings;

interface ResponseBase {
  /** The number of flagged messages of a user, including the current one, from which on the response is carried out. */
  readonly afterStrikes: number;
  /** For the clients. Without it, the label of the judge. */
  readonly reason?: string;
}

export interface DeleteMessageSettings extends ResponseBase {
  readonly kind: 'deleteMessage';
}

export interface DisconnectUserSettings extends ResponseBase {
  readonly kind: 'disconnectUser';
}

export interface BanSettings extends ResponseBase {
  readonly kind: 'ban';
  readonly functionArn: string;
  readonly minutes: number;
}

export type ResponseKind = ResponseSettings['kind'];
