import type * as http from 'node:http';
import type { Duplex } from 'node:stream';
import type { IssuerKeys } from './api-gateway/json-web-token';
import type { Deployment } from './cloudformation/deployments';
import type { DynamoDb } from './dynamodb/dynamodb';
import { isDynamoDbRequest } from './dynamodb/is-dynamodb-request';
import { traceOf } from './faults';
import { refusalReason } from './http/loopback';
import { errorType, sendJson } from './http/send-json';
import type { HttpApis } from './http-apis/http-apis';
import { HttpApiRequests } from './http-apis/requests';
import type { Authorize } from './iam/authorize';
import type { Callers } from './iam/callers';
import type { Roles } from './iam/roles';
import type { Sessions } from './iam/sessions';
import { handleSts, isStsRequest } from './iam/sts';
import type { IvsStandIn } from './ivs/http';
import { isIvsRequest } from './ivs/is-ivs-request';
import type { ControlPlane } from './ivschat/api/control-plane';
import { handleIvsChat, isIvsChatRequest } from './ivschat/api/http';
import type { Messaging } from './ivschat/messaging/messaging';
import { rejectUpgrade } from './ivschat/messaging/websocket-upgrade';
import type { Guardrails } from './judges/guardrails';
import type * as JudgesHttp from './judges/http';
import { isJudgeRequest } from './judges/is-judge-request';
import type { Functions } from './lambda/functions';
import { handleLambda } from './lambda/http';
import type { FunctionConnections } from './lambda/network/function-connections';
import type { LiveLog } from './live-log/live-log';
import { handlePages } from './pages/http';
import type { Playground } from './playground/playground';
import { RestApiRequests } from './rest-apis/requests';
import type { RestApis } from './rest-apis/rest-apis';
import type * as SqsHttp from './sqs/http';
import type { Queues } from './sqs/queues';
import { isSqsRequest } from './sqs/requests';
import { handleUserPools } from './user-pools/http';
import type { UserPools } from './user-pools/user-pools';

export interface RouterOptions {
  /** Host names of requests besides loopback names. */
  readonly allowedHosts: ReadonlySet<string>;
  readonly authorize: Authorize;
  readonly callers: Callers;
  readonly connections: FunctionConnections;
  readonly controlPlane: ControlPlane;
  readonly deployment: Deployment;
  readonly dynamoDb: DynamoDb;
  readonly functions: Functions;
  readonly guardrails: Guardrails;
  readonly httpApis: HttpApis;
  readonly iam: Roles;
  readonly issuerKeys: IssuerKeys;
  readonly liveLog: LiveLog;
  readonly messaging: Messaging;
  readonly playground: Playground;
  readonly queues: Queues;
  readonly restApis: RestApis;
  readonly sessions: Sessions;
  readonly userPools: UserPools;
}

/** Passes each request to the service it is for. */
export class Router {
  private readonly httpApiRequests: HttpApiRequests;
  private ivs?: IvsStandIn;
  private readonly restApiRequests: RestApiRequests;

  constructor(private readonly options: RouterOptions) {
    const { authorize, functions, httpApis, issuerKeys, liveLog, restApis } = options;
    const services = { authorize, environment: functions.environment, functions, issuerKeys, liveLog };
    this.httpApiRequests = new HttpApiRequests({ ...services, httpApis });
    this.restApiRequests = new RestApiRequests({ ...services, restApis });
  }

  public handleUpgrade(req: http.IncomingMessage, socket: Duplex, head: Buffer): void {
    const refusal = this.refusalReason(req);
    if (refusal === undefined) this.options.messaging.handleUpgrade(req, socket, head);
    else rejectUpgrade(socket, 403, refusal);
  }

  /** All services share one port: the path of a request, or the service it is signed for, tells them apart. */
  public async handleRequest(req: http.IncomingMessage, res: http.ServerResponse): Promise<void> {
    const {
      authorize, callers, controlPlane, deployment, dynamoDb, functions, guardrails, iam, liveLog, playground, queues, sessions, userPools,
    } = this.options;
    try {
      const refusal = this.refusalReason(req);
      if (refusal !== undefined) return sendJson(res, 403, { message: refusal });
      if (await deployment.handleResponse(req, res)) return;
      if (await handlePages({ controlPlane, deployment, region: functions.environment.region }, req, res)) return;
      if (await handleUserPools({ liveLog, userPools, host: this.options.connections.hostOf(req) }, req, res)) return;

      const caller = callers.resolve(req);
      if (await this.restApiRequests.handle(caller, req, res)) return;
      if (await this.httpApiRequests.handle(caller, req, res)) return;
      if (await handleLambda(functions, authorize, caller, req, res)) return;
      if (isIvsChatRequest(req, caller)) return await handleIvsChat(controlPlane, authorize, caller, req, res);
      if (isDynamoDbRequest(req, caller)) return await dynamoDb.handle(authorize, caller, req, res);
      // The code of services that most apps do not use is loaded by their first request.
      // Not with `import()`: Jest has none without an option of Node.js.
      if (isJudgeRequest(caller)) {
        // eslint-disable-next-line @typescript-eslint/no-require-imports
        const { handleJudge } = require('./judges/http') as typeof JudgesHttp;
        return await handleJudge({ authorize, guardrails, liveLog }, caller, req, res);
      }
      if (isIvsRequest(caller)) {
        this.ivs ??= this.loadIvs();
        return await this.ivs.handle(caller, req, res);
      }
      if (isSqsRequest(req, caller)) {
        // eslint-disable-next-line @typescript-eslint/no-require-imports
        const { handleSqs } = require('./sqs/http') as typeof SqsHttp;
        return await handleSqs(queues, authorize, caller, req, res);
      }
      if (isStsRequest(req, caller)) {
        return await handleSts({ authorize, liveLog, roleExists: arn => iam.has(arn), sessions }, caller, req, res);
      }
      if (await playground.handle(req, res, caller.kind !== 'anonymous')) return;

      req.resume();
      if (caller.service !== undefined) {
        const message = `ivschat-local does not support requests to ${caller.service}: only Amazon IVS Chat and parts of Amazon Bedrock, Amazon Comprehend, Amazon DynamoDB, Amazon IVS, Amazon SQS, AWS Lambda and AWS STS.`;
        liveLog.record({ kind: 'notice', level: 'warning', text: message, data: { event: 'unsupported-service', service: caller.service } });
        return sendJson(res, 501, { message }, errorType('NotImplementedException'));
      }
      if (caller.kind === 'invalid') return sendJson(res, caller.error.status, { message: caller.error.message }, errorType(caller.error.name));
      sendJson(res, 404, { message: `Nothing is served at ${req.url}, and the request has no AWS signature that names a service.` });
    } catch (error) {
      liveLog.record({ kind: 'notice', level: 'error', text: `ivschat-local failed: ${String(error)}`, trace: traceOf(error), data: { event: 'fault', error: String(error) } });
      if (!res.headersSent) sendJson(res, 500, { message: 'Internal error of ivschat-local: see its terminal.' });
    }
  }

  private loadIvs(): IvsStandIn {
    const { authorize, functions: { environment }, liveLog } = this.options;
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    const { IvsStandIn: StandIn } = require('./ivs/http') as typeof import('./ivs/http');
    return new StandIn({ authorize, environment, liveLog });
  }

  /** The Host header of a function's request can be that of AWS. */
  private refusalReason(req: http.IncomingMessage): string | undefined {
    const { allowedHosts, connections } = this.options;
    return connections.hostOf(req) === undefined ? refusalReason(req, allowedHosts) : undefined;
  }
}
