import { DeleteMessageCommand, DisconnectUserCommand, IvschatClient } from '@aws-sdk/client-ivschat';
import { LambdaClient } from '@aws-sdk/client-lambda';
import type { Deadline } from './deadline';
import { describe, retry } from './failures';
import { COMPLETE, loadStrikes } from './strikes';
import type { AutoModeratorSettings, ResponseKind, ResponseSettings } from '../../src/moderation/auto-moderator-settings';
import type { BanUserRequest } from '../../src/tokens/ban-request';
import type { MessageFrame } from '../shared/chat-log';
import { invokeWith } from '../shared/invoke-function';

/** In milliseconds. The function of the bans has 30 seconds. */
const TIMEOUT = 32_000;
const DEFAULT_REASON = 'Moderation';

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
export type Responder = (room: Room, message: MessageFrame, label: string | undefined, deadline: Deadline) => Promise<Response | undefined>;

/** Returns undefined if there are no responses. */
export async function loadResponder(settings: AutoModeratorSettings): Promise<Responder | undefined> {
  const { dryRun: isDryRun = false, maximumAgeSeconds, responses } = settings;
  if (!settings.strikes) return undefined;
  const maximum = Math.max(...responses.map(({ afterStrikes }) => afterStrikes));
  const strikes = await loadStrikes({ ...settings.strikes, maximumAgeSeconds, isDryRun, maximum });
  const chatClient = new IvschatClient({ maxAttempts: 1 });
  const lambdaClient = new LambdaClient({ maxAttempts: 1 });

  const send = async (
    response: ResponseSettings, { arn: roomIdentifier, id: room }: Room, message: MessageFrame, label: string | undefined, abortSignal: AbortSignal,
  ) => {
    const { reason = label ?? DEFAULT_REASON } = response;
    const { Id: id, Sender: { UserId: userId } } = message;
    if (response.kind === 'deleteMessage') return chatClient.send(new DeleteMessageCommand({ roomIdentifier, id, reason }), { abortSignal });
    if (response.kind === 'disconnectUser') return chatClient.send(new DisconnectUserCommand({ roomIdentifier, userId, reason }), { abortSignal });
    // Moderators can lift the ban, and it does not apply to them.
    const { functionArn, minutes } = response;
    const request: BanUserRequest = { action: 'ban', room, userId, minutes, reason, bannedBy: 'auto-moderator', exceptModerators: true };
    return invokeWith(lambdaClient, functionArn, request, abortSignal);
  };

  return async (room, message, label, deadline) => {
    const { count, done } = await strikes.add(room.id, message, deadline);
    if (done.has(COMPLETE)) return undefined;
    const kinds: ResponseKind[] = [];
    const failures: string[] = [];
    // Of each kind, that for the most strikes.
    const due = new Map(responses.filter(({ afterStrikes }) => afterStrikes <= count).map(response => [response.kind, response]));
    for (const [kind, response] of due) {
      if (done.has(kind)) continue;
      try {
        if (!isDryRun) await retry(async signal => send(response, room, message, label, signal), deadline, TIMEOUT);
      } catch (error) {
        // A room that no longer exists has no one to protect, and a user who left needs no disconnect.
        if (kind === 'ban' || (error as Error).name !== 'ResourceNotFoundException') {
          failures.push(describe(kind, error));
          continue;
        }
      }
      kinds.push(kind);
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

