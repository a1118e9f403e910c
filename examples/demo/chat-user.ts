import { Sha256 } from '@aws-crypto/sha256-js';
import { SignatureV4 } from '@smithy/signature-v4';
import {
  type ChatEvent, type ChatMessage, ChatRoom, type ChatToken, type DeleteMessageEvent, DeleteMessageRequest, type DisconnectReason,
  DisconnectUserRequest, type DisconnectUserEvent, SendMessageRequest,
} from 'amazon-ivs-chat-messaging';
import { WebSocket } from 'ws';

// Browsers and newer versions of Node.js have it.
globalThis.WebSocket ??= WebSocket as unknown as typeof globalThis.WebSocket;

/** Longer than anything here takes; what has not happened by then does not happen. */
const PATIENCE_MILLISECONDS = 10_000;

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export interface ChatUserProps {
  /** What the others see. */
  readonly name: string;
  /** Of the role that the application gives its user. */
  readonly credentials: Credentials;
  readonly region: string;
  readonly tokenUrl: string;
  readonly messagingUrl: string;
}

/** Someone in the chat, as an application has them: the official client, with tokens from the application's own URL. */
export class ChatUser {
  public readonly name: string;
  private readonly client: ChatRoom;

  constructor(private readonly props: ChatUserProps) {
    this.name = props.name;
    this.client = new ChatRoom({ regionOrUrl: props.messagingUrl, tokenProvider: () => this.fetchToken(), maxReconnectAttempts: 0 });
    const silent = () => undefined;
    this.client.logger = { debug: silent, info: silent, error: silent };
  }

  public async enter(): Promise<void> {
    const connected = this.next('connect');
    this.client.connect();
    await connected;
  }

  public leave(): void {
    this.client.disconnect();
  }

  public async say(text: string): Promise<ChatMessage> {
    return this.client.sendMessage(new SendMessageRequest(text));
  }

  public async delete(message: ChatMessage, reason: string): Promise<DeleteMessageEvent> {
    return this.client.deleteMessage(new DeleteMessageRequest(message.id, reason));
  }

  public async disconnect(userId: string, reason: string): Promise<DisconnectUserEvent> {
    return this.client.disconnectUser(new DisconnectUserRequest(userId, reason));
  }

  public async next(event: 'connect'): Promise<void>;
  public async next(event: 'disconnect'): Promise<DisconnectReason>;
  public async next(event: 'event'): Promise<ChatEvent>;
  public async next(event: 'message'): Promise<ChatMessage>;
  public async next(event: 'messageDelete'): Promise<DeleteMessageEvent>;
  public async next(event: 'connect' | 'disconnect' | 'event' | 'message' | 'messageDelete'): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${this.name} has waited in vain for ${event}`)), PATIENCE_MILLISECONDS);
      const stop = this.client.addListener(event, (value?: unknown) => {
        clearTimeout(timer);
        stop();
        resolve(value);
      });
    });
  }

  /** The URL wants a signed request, and takes from the signature who it is that asks. */
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
    if (!response.ok) throw new Error(`${name} got no token: ${answer.message}`);
    return { token: answer.token };
  }
}
