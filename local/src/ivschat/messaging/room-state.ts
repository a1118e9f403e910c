import type { Connection } from './connection';
import type { EventFrame, MessageFrame } from './server-frames';
import { MessageRate } from './rate-limit';
import { ReleaseOrder } from './delivery-order';

/** Those who are in a room now. */
export class Audience {
  public readonly connections = new Set<Connection>();
  public readonly rate = new MessageRate();
  /** Ids of messages whose review has not ended. */
  public readonly reviewed = new Set<string>();

  constructor(public readonly order?: ReleaseOrder) {}

  /** One loop for all: every connection of a room sees one order. */
  public broadcast(frame: EventFrame | MessageFrame): void {
    const data = Buffer.from(JSON.stringify(frame));
    for (const connection of this.connections) connection.send(data);
  }
}

export class Audiences {
  private readonly audiences = new Map<string, Audience>();

  /** @param inOrder whether messages are delivered in the order of their receipt */
  constructor(private readonly inOrder: boolean) {}

  public find(roomArn: string): Audience | undefined {
    return this.audiences.get(roomArn);
  }

  public of(roomArn: string): Audience {
    let audience = this.audiences.get(roomArn);
    if (!audience) {
      audience = new Audience(this.inOrder ? new ReleaseOrder() : undefined);
      this.audiences.set(roomArn, audience);
    }
    return audience;
  }

  public forgetIfEmpty(roomArn: string): void {
    const audience = this.audiences.get(roomArn);
    if (audience?.connections.size === 0 && audience.reviewed.size === 0) this.audiences.delete(roomArn);
  }
}
