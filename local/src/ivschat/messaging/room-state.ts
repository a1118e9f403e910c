import type { Connection } from './connection';
import { DeliveryOrder } from './delivery-order';
import { RateLimit } from './rate-limit';
import type { EventFrame, MessageFrame } from './server-frames';

/** Connections of a room, and what messaging tracks for it. */
export class RoomState {
  public readonly connections = new Set<Connection>();
  public readonly messageRate = new RateLimit();
  /** Ids of the messages under review. */
  public readonly underReview = new Set<string>();

  /** @param deliveryOrder set if messages are delivered in the order of their receipt */
  constructor(public readonly deliveryOrder?: DeliveryOrder) {}

  /** Sends a frame to all connections in one loop, so that every client sees the same order. */
  public broadcast(frame: EventFrame | MessageFrame): void {
    const data = Buffer.from(JSON.stringify(frame));
    for (const connection of this.connections) connection.send(data);
  }
}

/** States of the rooms that have connections or messages under review, by ARN. */
export class RoomStates {
  private readonly states = new Map<string, RoomState>();

  /** @param inOrder whether messages are delivered in the order of their receipt */
  constructor(private readonly inOrder: boolean) {}

  public get size(): number {
    return this.states.size;
  }

  public find(roomArn: string): RoomState | undefined {
    return this.states.get(roomArn);
  }

  public findOrCreate(roomArn: string): RoomState {
    let state = this.states.get(roomArn);
    if (!state) {
      state = new RoomState(this.inOrder ? new DeliveryOrder() : undefined);
      this.states.set(roomArn, state);
    }
    return state;
  }

  public deleteIfIdle(roomArn: string): void {
    const state = this.states.get(roomArn);
    if (state?.connections.size === 0 && state.underReview.size === 0) this.states.delete(roomArn);
  }
}
