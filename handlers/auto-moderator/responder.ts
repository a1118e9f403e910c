import { DeleteMessageCommand, DisconnectUserCommand, type IvschatClient } from '@aws-sdk/client-ivschat';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import type { Deadline } from './deadline';
import { describe } from './failures';
import type { Verdict } from './judges/judge';
import type { ChatMessage } from './message';
import { retry } from './retry';
import { COMPLETE, type Strikes } from './strikes';
import type { BanSettings, ResponseKind, ResponseSettings } from '../../src/moderation/auto-moderator-settings';
import type { BanUserRequest } from '../../src/tokens/ban-request';
import { classify } from '../shared/failures';
import { invokeWith } from '../shared/invoke-function';

/** In milliseconds. The function of the bans has 30 seconds. */
const BAN_TIMEOUT = 32_000;
const MAX_REASON_LENGTH = 256;
const DEFAULT_REASON = 'Moderation';
/** A deleted message is gone for everyone, so that comes first. A ban also disconnects. */
const ORDER: ResponseKind[] = ['deleteMessage', 'ban', 'disconnectUser'];

export interface ResponderOptions {
  readonly responses: readonly ResponseSettings[];
  readonly isDryRun: boolean;
  readonly strikes: Strikes;
  readonly chatClient: IvschatClient;
  readonly lambdaClient: LambdaClient;
}

/** What was done about a flagged message. */
export interface Response {
  /** By this delivery. In a dry run, what would have been done. */
  readonly kinds: readonly ResponseKind[];
  readonly strikes: number;
  readonly failures: readonly string[];
}

export interface Room {
  readonly id: string;
  readonly arn: string;
}

/** Responds to flagged messages. */
export class Responder {
  constructor(private readonly options: ResponderOptions) {}

  /**
   * Carries out the responses that the strikes of the sender call for. One that fails does not stop the others.
   *
   * @returns undefined if an earlier delivery of the message has done everything
   */
  public async respond(room: Room, message: ChatMessage, verdict: Verdict, deadline: Deadline): Promise<Response | undefined> {
    const { isDryRun, strikes } = this.options;
    const { count, done } = await strikes.add(room.id, message, deadline);
    if (done.has(COMPLETE)) return undefined;
    const kinds: ResponseKind[] = [];
    const failures: string[] = [];
    for (const response of this.due(count).filter(({ kind }) => !done.has(kind))) {
      try {
        if (!isDryRun) await this.carryOut(response, room, message, verdict, deadline);
        kinds.push(response.kind);
      } catch (error) {
        failures.push(describe(response.kind, error));
      }
    }
    const marks = failures.length === 0 ? [...kinds, COMPLETE] : kinds;
    if (marks.length > 0) {
      await strikes.markDone(room.id, message, marks, deadline).catch((error: unknown) => failures.push(describe('UpdateItem', error)));
    }
    return { kinds, strikes: count, failures };
  }

  /** Of each kind, the response that waits for the most strikes. */
  private due(strikes: number): ResponseSettings[] {
    const due = new Map<ResponseKind, ResponseSettings>();
    for (const response of this.options.responses) {
      if (response.afterStrikes <= strikes) due.set(response.kind, response);
    }
    if (due.has('ban')) due.delete('disconnectUser');
    return [...due.values()].sort((one, other) => ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind));
  }

  private async carryOut(response: ResponseSettings, room: Room, { Id, Sender }: ChatMessage, { label }: Verdict, deadline: Deadline): Promise<void> {
    const { chatClient } = this.options;
    const reason = [...response.reason ?? label ?? DEFAULT_REASON].slice(0, MAX_REASON_LENGTH).join('');
    const target = { roomIdentifier: room.arn, reason };
    switch (response.kind) {
      case 'deleteMessage':
        return ignoreNotFound(retry(async abortSignal => chatClient.send(new DeleteMessageCommand({ ...target, id: Id }), { abortSignal }), deadline));
      case 'disconnectUser':
        return ignoreNotFound(retry(async abortSignal => chatClient.send(new DisconnectUserCommand({ ...target, userId: Sender.UserId }), { abortSignal }), deadline));
      default:
        return this.ban(response, room, Sender.UserId, reason, deadline);
    }
  }

  private async ban({ functionArn, minutes }: BanSettings, room: Room, userId: string, reason: string, deadline: Deadline): Promise<void> {
    // Moderators can lift the ban, and it does not apply to them.
    const request: BanUserRequest = { action: 'ban', room: room.id, userId, minutes, reason, bannedBy: 'auto-moderator', exceptModerators: true };
    await retry(async signal => invokeWith(this.options.lambdaClient, functionArn, request, signal), deadline, BAN_TIMEOUT);
  }
}

/** A room that no longer exists has no one to protect, and a user who left needs no disconnect. */
async function ignoreNotFound(call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) => {
    if (classify(error) !== 'notFound') throw error;
  });
}
