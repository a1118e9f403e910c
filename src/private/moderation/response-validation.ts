import type { Construct } from 'constructs';
import type { ResponseSettings } from '../../moderation/auto-moderator-settings';
import type { ModerationResponse } from '../../moderation/moderation-response';
import { validateListOf } from '../argument-types';
import { lit, validationError } from '../errors';
import type { RoomList } from '../room-list';
import { validateRoomsOfBans } from '../tokens/rooms-of-bans';
import { validateSameEnvironment } from '../validation';

/** Throws for responses that could not be carried out, or of which one could never take effect. */
export function validateResponses(scope: Construct, responses: ModerationResponse[], rooms: RoomList): void {
  if (Array.isArray(responses) && responses.length === 0) return;
  validateListOf(scope, 'responses', responses, '_response', 'a ModerationResponse', 'ModerationResponse.deleteMessage()');
  responses.forEach(({ _response: response }, index) => {
    const earlier = responses.slice(0, index).map(({ _response }) => _response);
    validateOrder(scope, response, index, earlier);
    validateEffect(scope, response, index, earlier);
  });
  responses.forEach(({ _bans: bans }, index) => {
    if (bans === undefined) return;
    validateSameEnvironment(scope, `responses[${index}]`, bans);
    validateRoomsOfBans(scope, `responses[${index}]`, bans, rooms, 'moderator');
  });
}

function validateOrder(scope: Construct, { afterStrikes, kind }: ResponseSettings, index: number, earlier: ResponseSettings[]): void {
  const last = earlier.at(-1);
  if (last === undefined || last.afterStrikes <= afterStrikes) return;
  throw validationError(scope, lit`ResponsesNotInOrder`,
    `responses must be in ascending order of afterStrikes, got ${kind} after ${afterStrikes} behind ${last.kind} after ${last.afterStrikes}: move responses[${index}] forward`);
}

function validateEffect(scope: Construct, { afterStrikes, kind }: ResponseSettings, index: number, earlier: ResponseSettings[]): void {
  const ban = earlier.find(other => other.kind === 'ban');
  if (kind === 'disconnectUser' && ban) {
    throw validationError(scope, lit`DisconnectAfterBan`,
      `responses must have disconnectUser before ban, because a ban also disconnects, got disconnectUser after ${afterStrikes} behind ban after ${ban.afterStrikes}: remove responses[${index}], or choose a smaller afterStrikes`);
  }
  if (earlier.some(other => other.kind === kind && other.afterStrikes === afterStrikes)) {
    throw validationError(scope, lit`ResponseRepeated`,
      `responses must have different afterStrikes for each ${kind}, got two after ${afterStrikes}: remove responses[${index}], or change its afterStrikes`);
  }
}
