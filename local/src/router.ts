import type * as http from 'node:http';
import type { Duplex } from 'node:stream';
import type { Deployment } from './cloudformation/deployments';
import { refusalReason } from './http/loopback';
import { parseSignature } from './iam/callers';
import type { Roles } from './iam/roles';
import type { Sessions } from './iam/sessions';
import { handleSts } from './iam/sts';
import type { ControlPlane } from './ivschat/api/control-plane';
import { ServiceError } from './ivschat/api/errors';
import { type Authorize, handleIvsChat, isIvsChatRequest } from './ivschat/api/http';
import type { Messaging } from './ivschat/messaging/messaging';
import { rejectUpgrade } from './ivschat/messaging/websocket-upgrade';
import type { Functions } from './lambda/functions';
import { handleLambda } from './lambda/http';
import type { LiveLog } from './live-log/live-log';
import type { Playground } from './playground/playground';

export interface RouterOptions {
  readonly controlPlane: ControlPlane;
  readonly deployment: Deployment;
  readonly functions: Functions;
  readonly iam: Roles;
  readonly liveLog: LiveLog;
  readonly messaging: Messaging;
  readonly playground: Playground;
  readonly sessions: Sessions;
}

/** Passes each request to the service it is for. */
export class Router {
  constructor(private readonly options: RouterOptions) {}

  public handleUpgrade(req: http.IncomingMessage, socket: Duplex, head: Buffer): void {
    const refusal = refusalReason(req);
    if (refusal === undefined) this.options.messaging.handleUpgrade(req, socket, head);
    else rejectUpgrade(socket, 403, refusal);
  }

  /** All services share one port: the path of a request, or the service it is signed for, tells them apart. */
  public async handleRequest(req: http.IncomingMessage, res: http.ServerResponse): Promise<void> {
    try {
      const refusal = refusalReason(req);
      if (refusal !== undefined) return respond(res, 403, { message: refusal });
      if (await this.options.deployment.handleResponse(req, res)) return;
      if (await handleLambda(this.options.functions, this.authorize, req, res)) return;
      if (isIvsChatRequest(req)) return await handleIvsChat(this.options.controlPlane, this.authorize, req, res);
      if (await this.options.playground.handle(req, res)) return;

      const signature = parseSignature(req.headers.authorization);
      if (signature?.service === 'sts') {
        const identity = () => this.options.functions.identityOf(signature.accessKeyId);
        return await handleSts(this.options.sessions, identity, arn => this.options.iam.has(arn), req, res, this.authorize);
      }
      if (signature) {
        const message = `ivschat-local does not support requests to ${signature.service}: only Amazon IVS Chat and parts of AWS Lambda and AWS STS.`;
        this.options.liveLog.record({ kind: 'notice', level: 'warning', text: message });
        return respond(res, 501, { message }, 'NotImplementedException');
      }
      respond(res, 404, { message: `Nothing is served at ${req.url}, and the request has no AWS signature that names a service.` });
    } catch (error) {
      this.options.liveLog.record({ kind: 'notice', level: 'error', text: `ivschat-local failed: ${String(error)}` });
      if (!res.headersSent) respond(res, 500, { message: 'Internal error of ivschat-local: see its terminal.' });
    }
  }

  /** The developer may do everything; functions and assumed roles only what the policies of their roles allow. */
  private readonly authorize: Authorize = (req, call) => {
    const accessKeyId = parseSignature(req.headers.authorization)?.accessKeyId ?? '';
    const roleArn = this.options.functions.roleOf(accessKeyId) ?? this.options.sessions.roleOf(accessKeyId);
    if (roleArn === undefined) return;
    const { allowed, explicitDeny, unsupported } = this.options.iam.authorize(roleArn, call);
    for (const what of unsupported) {
      this.options.liveLog.record({ kind: 'iam', level: 'warning', text: `${roleArn} has a policy with ${what}, which is not supported: the policy allows nothing` });
    }
    if (allowed) return;
    const { userArn } = this.options.functions.identityOf(accessKeyId);
    const why = explicitDeny ? 'with an explicit deny in an identity-based policy' : `because no identity-based policy allows the ${call.action} action`;
    this.options.liveLog.record({
      kind: 'iam', level: 'error', text: `denied: ${roleArn.slice(roleArn.indexOf('role/'))} may not ${call.action} on ${call.resource}`, data: { roleArn, ...call },
    });
    throw new ServiceError('AccessDeniedException', `User: ${userArn} is not authorized to perform: ${call.action} on resource: ${call.resource} ${why}`);
  };
}

function respond(res: http.ServerResponse, status: number, body: object, errorType?: string): void {
  res.writeHead(status, { 'content-type': 'application/json', ...errorType && { 'x-amzn-errortype': errorType } }).end(JSON.stringify(body));
}
