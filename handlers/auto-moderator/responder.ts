import { DeleteMessageCommand, DisconnectUserCommand, IvschatClient } from '@aws-sdk/client-ivschat';
import { LambdaClient } from '@aws-sdk/client-lambda';
import type { Deadline } from './deadline';
import { describe, isNotFound, retry } from './failures';
import type { Verdict } from './judges/judge';
import { COMPLETE, loadStrikes } from './strikes';
import type { AutoModeratorSettings, ResponseKind, ResponseSettings } from '../../src/moderation/auto-moderator-settings';
import type { BanUserRequest } from '../../src/tokens/ban-request';
import type { MessageFrame } from '../shared/chat-log';
import { invokeWith } from '../shared/invoke-function';

/** In milliseconds. The function of the bans has 30 seconds. */
const BAN_TIMEOUT = 32_000;
const DEFAULT_REASON = 'Moderation';
/** A deleted message is gone for everyone, so that comes first. */
const ORDER: ResponseKind[] = ['deleteMessage', 'ban', 'disconnectUser'];

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

/**
 * Carries out the responses that the strikes of the sender call for. One that fails does not stop the others.
 *
 * Returns undefined if an earlier delivery of the message has done everything.
 */
export type Responder = (room: Room, message: MessageFrame, verdict: Verdict, deadline: Deadline) => Promise<Response | undefined>;

/** Returns undefined if there are no responses. */
export async function loadResponder(settings: AutoModeratorSettings): Promise<Responder | undefined> {
  const { dryRun: isDryRun = false, maximumAgeSeconds, responses } = settings;
  if (!settings.strikes) return undefined;
  const maximum = Math.max(...responses.map(({ afterStrikes }) => afterStrikes));
  const strikes = await loadStrikes({ ...settings.strikes, maximumAgeSeconds, isDryRun, maximum });
  const carryOut = responsesOf(new IvschatClient({ maxAttempts: 1 }), new LambdaClient({ maxAttempts: 1 }));

  return async (room, message, verdict, deadline) => {
    const { count, done } = await strikes.add(room.id, message, deadline);
    if (done.has(COMPLETE)) return undefined;
    const kinds: ResponseKind[] = [];
    const failures: string[] = [];
    for (const response of due(responses, count).filter(({ kind }) => !done.has(kind))) {
      try {
        if (!isDryRun) await carryOut(response, room, message, verdict, deadline);
        kinds.push(response.kind);
      } catch (error) {
        failures.push(describe(response.kind, error));
      }
    }
    const marks = failures.length === 0 ? [...kinds, COMPLETE] : kinds;
    try {
      if (marks.length > 0) await strikes.markDone(room.id, message, marks, deadline);
    } catch (error) {
      failures.push(describe('strikes', error));
    }
    return { kinds, strikes: count, failures };
  };
}

/** Returns, of each kind, the response that waits for the most strikes. */
function due(responses: readonly ResponseSettings[], strikes: number): ResponseSettings[] {
  const reached = responses.filter(({ afterStrikes }) => afterStrikes <= strikes);
  const last = ORDER.flatMap(kind => reached.filter(response => response.kind === kind).slice(-1));
  // A ban also disconnects.
  return last.filter(({ kind }, index) => kind !== 'disconnectUser' || last[index - 1]?.kind !== 'ban');
}

type CarryOut = (response: ResponseSettings, room: Room, message: MessageFrame, verdict: Verdict, deadline: Deadline) => Promise<void>;

function responsesOf(chatClient: IvschatClient, lambdaClient: LambdaClient): CarryOut {
  return async (response, { arn: roomIdentifier, id: room }, { Id: id, Sender: { UserId: userId } }, { label }, deadline) => {
    const reason = response.reason ?? label ?? DEFAULT_REASON;
    try {
      await retry<unknown>(async abortSignal => {
        switch (response.kind) {
          case 'deleteMessage': return chatClient.send(new DeleteMessageCommand({ roomIdentifier, id, reason }), { abortSignal });
          case 'disconnectUser': return chatClient.send(new DisconnectUserCommand({ roomIdentifier, userId, reason }), { abortSignal });
          default: {
            // Moderators can lift the ban, and it does not apply to them.
            const { functionArn, minutes } = response;
            const request: BanUserRequest = { action: 'ban', room, userId, minutes, reason, bannedBy: 'auto-moderator', exceptModerators: true };
            return invokeWith(lambdaClient, functionArn, request, abortSignal);
          }
        }
      }, deadline, response.kind === 'ban' ? BAN_TIMEOUT : undefined);
    } catch (error) {
      // A room that no longer exists has no one to protect, and a user who left needs no disconnect. A function that is gone cannot ban.
      if (response.kind === 'ban' || !isNotFound(error)) throw error;
    }
  };
}
