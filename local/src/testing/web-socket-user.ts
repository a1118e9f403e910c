import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { ChatEvent, ChatMessage, ChatUser } from './api';
import { ChatError } from './chat-error';
import { MessageInbox } from './message-inbox';

interface Frame {
  readonly Type: 'ERROR' | 'EVENT' | 'MESSAGE';
  readonly Id: string;
  readonly RequestId?: string;
  readonly Attributes: Record<string, string>;
  readonly SendTime: string;
  readonly Content: string;
  readonly Sender: { readonly UserId: string; readonly Attributes: Record<string, string> };
  readonly EventName: string;
  readonly ErrorCode: number;
  readonly ErrorMessage: string;
}

interface PendingRequest {
  readonly resolve: (answer: any) => void;
  readonly reject: (error: Error) => void;
}

/** A user with the WebSocket protocol of the messaging API, without the official client: it needs globals that Node.js 20 does not have. */
export class WebSocketUser implements ChatUser {
  public static async connect(userId: string, messagingUrl: string, token: string): Promise<WebSocketUser> {
    const socket = new WebSocket(messagingUrl, token);
    const user = new WebSocketUser(userId, socket);
    await once(socket, 'open');
    return user;
  }

  public readonly messages: MessageInbox<ChatMessage>;
  public readonly events: MessageInbox<ChatEvent>;
  private readonly pending = new Map<string, PendingRequest>();

  private constructor(public readonly userId: string, private readonly socket: WebSocket) {
    this.messages = new MessageInbox(`message for ${userId}`);
    this.events = new MessageInbox(`event for ${userId}`);
    socket.on('message', data => this.receive(JSON.parse(String(data)) as Frame));
    // Without a listener, a broken connection would end the process. It also ends with "close".
    socket.on('error', () => undefined);
    socket.on('close', () => this.end());
  }

  public async send(content: string, attributes?: Readonly<Record<string, string>>): Promise<ChatMessage> {
    return this.request('SEND_MESSAGE', { Content: content, Attributes: attributes });
  }

  public async deleteMessage(messageId: string, reason?: string): Promise<ChatEvent> {
    return this.request('DELETE_MESSAGE', { Id: messageId, Reason: reason });
  }

  public async disconnectUser(userId: string, reason?: string): Promise<ChatEvent> {
    return this.request('DISCONNECT_USER', { UserId: userId, Reason: reason });
  }

  public async close(): Promise<void> {
    if (this.socket.readyState === WebSocket.CLOSED) return;
    const closed = once(this.socket, 'close');
    this.socket.close(1000);
    await closed;
  }

  private async request<T>(action: string, fields: object): Promise<T> {
    if (this.socket.readyState !== WebSocket.OPEN) throw this.closed();
    const requestId = randomUUID();
    return new Promise<T>((resolve, reject) => {
      this.pending.set(requestId, { resolve, reject });
      this.socket.send(JSON.stringify({ Action: action, RequestId: requestId, ...fields }));
    });
  }

  private receive(frame: Frame): void {
    const request = this.pending.get(frame.RequestId ?? '');
    this.pending.delete(frame.RequestId ?? '');
    if (frame.Type === 'ERROR') {
      request?.reject(new ChatError(frame.ErrorCode, frame.ErrorMessage));
    } else if (frame.Type === 'MESSAGE') {
      const message = messageOf(frame);
      this.messages.add(message);
      request?.resolve(message);
    } else {
      const event = eventOf(frame);
      this.events.add(event);
      request?.resolve(event);
    }
  }

  private end(): void {
    for (const { reject } of this.pending.values()) reject(this.closed());
    this.pending.clear();
    this.messages.end();
    this.events.end();
  }

  private closed(): Error {
    return new Error(`The connection of ${this.userId} is closed: connect the user again.`);
  }
}

function messageOf({ Attributes, Content, Id, Sender, SendTime }: Frame): ChatMessage {
  return {
    id: Id, content: Content, attributes: Attributes, sendTime: new Date(SendTime), sender: { userId: Sender.UserId, attributes: Sender.Attributes },
  };
}

function eventOf({ Attributes, EventName, Id, SendTime }: Frame): ChatEvent {
  return { id: Id, eventName: EventName, attributes: Attributes, sendTime: new Date(SendTime) };
}
