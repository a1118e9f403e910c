import type { Context } from 'aws-lambda';
import { Deadline } from './aws/deadline';
import { TokenCreation } from './create-token';
import { Gate } from './gate';
import { HistoryReader } from './history';
import { internalError, invalidRequest, Refusal } from './http/refusal';
import { isModeration, readRequest, type TokenEndpointEvent } from './http/request';
import { RequestLog } from './http/request-log';
import { type Response, respond, respondToRefusal } from './http/respond';
import { Identification } from './identity/identity';
import { Moderation } from './moderation';
import { Rooms } from './rooms';
import type { TokenEndpointSettings } from '../../src/tokens/token-endpoint-settings';

export type EndpointContext = Pick<Context, 'getRemainingTimeInMillis' | 'invokedFunctionArn'>;

/** Answers the requests of users and moderators. */
export class TokenEndpoint {
  private readonly identification: Identification;
  private readonly gate: Gate;
  private readonly tokenCreation: TokenCreation;
  private readonly history?: HistoryReader;
  private readonly moderation?: Moderation;

  constructor(private readonly settings: TokenEndpointSettings) {
    this.identification = new Identification(settings);
    this.gate = new Gate(settings);
    this.tokenCreation = new TokenCreation(settings);
    if (settings.historyFunctionArn !== undefined) this.history = new HistoryReader(settings.historyFunctionArn);
    if (settings.bans) this.moderation = new Moderation(settings.bans.functionArn);
  }

  /** Answers a request, and writes a line to the log. Does not throw. */
  public async handle(event: TokenEndpointEvent, context: EndpointContext): Promise<Response> {
    const log = new RequestLog();
    try {
      const answer = await this.answer(event, context, log);
      log.writeSuccess();
      return respond(200, answer);
    } catch (error) {
      const refusal = error instanceof Refusal ? error : internalError(`unexpected ${(error as Error)?.name}: ${(error as Error)?.message}`);
      log.writeRefusal(refusal);
      return respondToRefusal(refusal);
    }
  }

  private async answer(event: TokenEndpointEvent, context: EndpointContext, log: RequestLog): Promise<object> {
    const deadline = new Deadline(context.getRemainingTimeInMillis());
    const rooms = new Rooms(this.settings.roomIds, context.invokedFunctionArn);
    const request = readRequest(event);
    const { action, fields } = request;
    log.add({ action });
    const user = await this.identification.identify(event, log);
    log.add({ userId: user.userId });

    const passage = await this.gate.pass(request, user, rooms, deadline, log);
    const { room } = passage;
    if (isModeration(action)) {
      if (!this.moderation) throw invalidRequest(`action must be createToken, got ${action}: this endpoint does not have bans.`);
      return this.moderation.answer(action, room, rooms, user, fields, deadline, log);
    }
    if (action === 'history') {
      if (!this.history) throw invalidRequest('action must be createToken, got history: this endpoint does not have a history.');
      return this.history.page(room, fields, deadline);
    }
    // Reads while the token is created.
    const history = this.history?.newest(room, fields, deadline, log);
    const answer = await this.tokenCreation.create(passage, room, user, fields, deadline, log);
    return history ? { ...answer, history: await history } : answer;
  }
}
