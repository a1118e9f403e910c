import { CreateChatTokenCommand, type CreateChatTokenResponse, IvschatClient } from '@aws-sdk/client-ivschat';
import { attributesOf } from './attributes';
import { describe, isNotFound, toRefusal } from './aws/aws-failure';
import { clientOptions } from './aws/client-options';
import type { Deadline } from './aws/deadline';
import type { Passage } from './gate';
import { internalError, roomNotFound } from './http/refusal';
import type { RequestLog } from './http/request-log';
import type { User } from './identity/identity';
import { capabilitiesOf } from './roles';
import type { Room } from './rooms';
import { TokenLifeReporter } from './token-life';
import type { TokenEndpointSettings } from '../../src/tokens/token-endpoint-settings';

/** In milliseconds. */
const ATTEMPT_TIMEOUT = 2_000;
const TIMEOUT = 4_500;

/** Creates tokens for users who passed the gate. */
export class TokenCreation {
  private readonly client = new IvschatClient(clientOptions(ATTEMPT_TIMEOUT));
  private readonly lifeReporter?: TokenLifeReporter;

  constructor(private readonly settings: TokenEndpointSettings) {
    if (settings.bans) this.lifeReporter = new TokenLifeReporter(settings.bans.functionArn);
  }

  /**
   * Returns the answer to the request.
   *
   * @param fields of the request
   * @throws Refusal
   */
  public async create(
    { checkBan, role: { role } }: Passage, room: Room, user: User, fields: Readonly<Record<string, unknown>>, deadline: Deadline, log: RequestLog,
  ): Promise<object> {
    const { userId } = user;
    const capabilities = [...capabilitiesOf(role)];
    const { sessionExpirationTime, token, tokenExpirationTime } = await this.send(new CreateChatTokenCommand({
      roomIdentifier: room.arn,
      userId,
      capabilities,
      attributes: attributesOf(this.settings.attributes, role, user, fields, log),
      sessionDurationInMinutes: this.settings.sessionMinutes,
    }), deadline);
    if (!token || !sessionExpirationTime) throw internalError('CreateChatToken: the answer has no token');

    if (tokenExpirationTime) await this.lifeReporter?.observe(tokenExpirationTime, deadline, log);
    // A ban since the first check has disconnected the user, but knew nothing about this token.
    await checkBan();

    // Without tokenExpirationTime: the chat client would reconnect every 30 seconds because of it.
    return { token, sessionExpirationTime: sessionExpirationTime.toISOString(), userId, capabilities, role };
  }

  private async send(command: CreateChatTokenCommand, deadline: Deadline): Promise<CreateChatTokenResponse> {
    try {
      return await this.client.send(command, { abortSignal: deadline.signal(TIMEOUT) });
    } catch (error) {
      throw isNotFound(error) ? roomNotFound(describe('CreateChatToken', error)) : toRefusal('CreateChatToken', error);
    }
  }
}
