import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import {
  type ChatEvent, type ChatMessage, ChatRoom, type ChatToken, type DeleteMessageEvent, DeleteMessageRequest, type DisconnectReason,
  DisconnectUserRequest, type DisconnectUserEvent, SendMessageRequest,
} from 'amazon-ivs-chat-messaging';
import { WebSocket } from 'ws';

// Node.js 20 has no global WebSocket; browsers and newer versions of Node.js do.
globalThis.WebSocket ??= WebSocket as unknown as typeof globalThis.WebSocket;

/** Much longer than any step of the demo takes. */
const TIMEOUT_MILLISECONDS = 10_000;

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export interface ChatUserProps {
  /** The display name. */
  readonly name: string;
  /** Credentials of the IAM role of the user. */
  readonly credentials: Credentials;
  readonly region: string;
  readonly tokenUrl: string;
  readonly messagingUrl: string;
}

/** A user with the official chat client and with tokens from the token URL of the application. */
export class ChatUser {
  public readonly name: string;
  private readonly client: ChatRoom;

  constructor(private readonly props: ChatUserProps) {
    this.name = props.name;
    this.client = new ChatRoom({ regionOrUrl: props.messagingUrl, tokenProvider: () => this.fetchToken(), maxReconnectAttempts: 0 });
    const ignore = () => undefined;
    this.client.logger = { debug: ignore, info: ignore, error: ignore };
  }

  public async connect(): Promise<void> {
    const connected = this.next('connect');
    this.client.connect();
    await connected;
  }

  public disconnect(): void {
    this.client.disconnect();
  }

  public async send(content: string): Promise<ChatMessage> {
    return this.client.sendMessage(new SendMessageRequest(content));
  }

  public async deleteMessage(message: ChatMessage, reason: string): Promise<DeleteMessageEvent> {
    return this.client.deleteMessage(new DeleteMessageRequest(message.id, reason));
  }

  public async disconnectUser(userId: string, reason: string): Promise<DisconnectUserEvent> {
    return this.client.disconnectUser(new DisconnectUserRequest(userId, reason));
  }

  public async next(event: 'connect'): Promise<void>;
  public async next(event: 'disconnect'): Promise<DisconnectReason>;
  public async next(event: 'event'): Promise<ChatEvent>;
  public async next(event: 'message'): Promise<ChatMessage>;
  public async next(event: 'messageDelete'): Promise<DeleteMessageEvent>;
  public async next(event: 'connect' | 'disconnect' | 'event' | 'message' | 'messageDelete'): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${this.name} received no ${event} event within ${TIMEOUT_MILLISECONDS / 1000} s`)), TIMEOUT_MILLISECONDS);
      const stop = this.client.addListener(event, (value?: unknown) => {
        clearTimeout(timer);
        stop();
        resolve(value);
      });
    });
  }

  /** Sends a signed request: the token URL takes the identity of the user from the signature. */
  private async fetchToken(): Promise<ChatToken> {
    const { credentials, name, region, tokenUrl } = this.props;
    const url = new URL(tokenUrl);
    const signer = new SignatureV4({ credentials, region, service: 'lambda', sha256: Sha256 });
    const { body, headers, method } = await signer.sign({
      method: 'POST',
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      headers: { 'host': url.host, 'content-type': 'application/json' },
      body: JSON.stringify({ displayName: name }),
    });
    const response = await fetch(url, { method, headers, body: body as string });
    const answer = await response.json() as { token: string; message?: string };
    if (!response.ok) throw new Error(`${name} received no chat token: ${answer.message}`);
    return { token: answer.token };
  }
}
