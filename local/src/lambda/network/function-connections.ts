import { randomBytes } from 'node:crypto';
import type * as http from 'node:http';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { isServedElsewhere, isServedInOtherRegion, servedHosts } from './aws-hosts';
import type { Environment } from '../../environment';
import type { LiveLog } from '../../live-log/live-log';

/** Headers of the CONNECT requests, which the bootstraps of functions send. */
const FUNCTION_HEADER = 'x-ivschat-local-function';
/** Of a refused connection that is only reported: the address that the host resolves to, or `name`. */
const REFUSED_HEADER = 'x-ivschat-local-refused';

export interface FunctionConnectionsOptions {
  readonly environment: Environment;
  readonly liveLog: LiveLog;
  /** Hosts besides those of AWS that lead to the server. @default - none */
  readonly otherHosts?: readonly string[];
  /** Addresses of services that others serve: their AWS hosts do not lead to this server. @default - none */
  readonly serviceEndpoints?: Readonly<Record<string, string>>;
}

/**
 * The connections of functions to AWS hosts.
 *
 * Our bootstraps lead a connection to a host of the table to this server instead, without TLS. It begins with a CONNECT request that
 * names the host and has a secret that only functions know: no other client can send requests for AWS hosts, in particular no web page of
 * a site that resolves such a name to this machine. The CONNECT request has no response: what follows is HTTP.
 */
export class FunctionConnections {
  private readonly hosts: readonly string[];
  private readonly secret = randomBytes(16).toString('hex');
  private readonly hostsOfSockets = new WeakMap<Duplex, string>();

  constructor(private readonly options: FunctionConnectionsOptions) {
    const { environment, otherHosts = [], serviceEndpoints = {} } = options;
    this.hosts = [...new Set([...servedHosts(environment.region).filter(host => !isServedElsewhere(host, serviceEndpoints)), ...otherHosts])];
  }

  /** Accepts the connections on a server. */
  public attach(server: http.Server): void {
    server.on('connect', (req, socket, head) => this.accept(server, req, socket, head));
  }

  /** What our bootstraps need, as JSON, for an environment variable. */
  public settings(functionName: string, endpoint: string): string {
    return JSON.stringify({ functionName, hosts: this.hosts, port: Number(new URL(endpoint).port), secret: this.secret });
  }

  /** The AWS host that a function has sent a request to. Undefined for requests to the address of the server. */
  public hostOf(req: http.IncomingMessage): string | undefined {
    return this.hostsOfSockets.get(req.socket);
  }

  private accept(server: http.Server, req: http.IncomingMessage, socket: Duplex, head: Buffer): void {
    const [, host = '', port] = /^(.*):(\d+)$/.exec(req.url ?? '') ?? [];
    const isFunction = req.headers['proxy-authorization'] === `Bearer ${this.secret}`;
    const refused = req.headers[REFUSED_HEADER] as string | undefined;
    if (isFunction && refused === undefined && port === '443' && this.hosts.includes(host)) {
      this.hostsOfSockets.set(socket, host);
      socket.unshift(head);
      server.emit('connection', socket);
      return;
    }
    if (isFunction) this.report(String(req.headers[FUNCTION_HEADER]), host, Number(port), refused === 'name' ? undefined : refused);
    socket.on('error', () => undefined).end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
  }

  /** Records a connection that a bootstrap has refused. */
  private report(functionName: string, host: string, port: number, address: string | undefined): void {
    const { cause, text } = this.explain(host, address);
    this.options.liveLog.record({
      kind: 'notice',
      level: 'warning',
      text: `${functionName}: connection to ${host}:${port} refused: ${text}`,
      data: { event: 'connection-refused', functionName, host, port, cause, ...address !== undefined && { address } },
    });
  }

  private explain(host: string, address: string | undefined): { readonly cause: string; readonly text: string } {
    const { region } = this.options.environment;
    if (address !== undefined || isIP(host.replace(/^\[|\]$/g, ''))) {
      return { cause: 'link-local', text: `${address === undefined ? '' : `it is ${address}, and `}functions have no metadata service: their environment variables have region and credentials.` };
    }
    if (this.hosts.includes(host)) return { cause: 'protocol', text: 'only HTTPS on port 443, with HTTP/1.1, leads to ivschat-local: use https.' };
    if (isServedInOtherRegion(host)) return { cause: 'other-region', text: `ivschat-local runs everything in ${region}: use this region, or the endpoint in AWS_ENDPOINT_URL.` };
    return { cause: 'not-served', text: `functions must not reach a real account, and ivschat-local serves only ${this.hosts.join(', ')}: give the client the endpoint of an emulator.` };
  }
}
