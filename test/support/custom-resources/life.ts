import type { CdkCustomResourceEvent, CdkCustomResourceResponse } from 'aws-lambda';
import { SharedClock, seeded } from './clock';
import { currentInvocation, Invocation, SimulatedChat, type Fault, type SimulatedRoom } from './simulated-chat';
import { respond } from '../../../handlers/custom-resources/respond';

export const SECOND = 1_000;
const TIME_LIMIT = 270 * SECOND;

/** When Lambda runs a function again that ended without a response. */
export const RETRY_AFTER = 60 * SECOND;

export type Delivery =
  | { readonly times: 'once' }
  /** The second time that long after the first. */
  | { readonly times: 'twice'; readonly after: number }
  /** The function is killed after so many writes, and run again. */
  | { readonly times: 'again after a kill'; readonly writes: number };

/** A change by others. */
export interface TheirChange {
  /** @default - the room of the event */
  readonly room?: string;
  /** Milliseconds after the event. */
  readonly after: number;
  readonly change: (room: SimulatedRoom) => Partial<SimulatedRoom>;
}

/** Runs events of custom resources against simulated rooms, in simulated time. */
export class Life {
  public readonly chat: SimulatedChat;
  public readonly clock = new SharedClock();
  private readonly random: () => number;

  constructor(seed: number, isTheirs: (name: string) => boolean) {
    this.random = seeded(seed);
    this.chat = new SimulatedChat({ clock: this.clock, random: this.random, readLag: 2 * SECOND, newRoomLag: this.random() * 15 * SECOND, isTheirs });
  }

  /** Delivers an event while others change the room and calls fail, and waits for all of it. */
  public async deliver(
    event: CdkCustomResourceEvent, delivery: Delivery,
    { faults = [], room, theirs = [] }: { faults?: readonly Fault[]; room?: string; theirs?: readonly TheirChange[] } = {},
  ): Promise<CdkCustomResourceResponse> {
    const start = this.clock.now;
    this.chat.faults = faults.map(fault => ({ ...fault, from: start + fault.from, until: start + fault.until }));
    const others = theirs.map(async ({ after, change, room: other = room! }) => {
      await this.clock.sleep(after);
      this.chat.change(other, change);
    });
    const [response] = await this.clock.run(Promise.all([this.run(event, delivery), ...others]));
    return response as CdkCustomResourceResponse;
  }

  private async run(event: CdkCustomResourceEvent, delivery: Delivery): Promise<CdkCustomResourceResponse> {
    switch (delivery.times) {
      case 'once': return this.invoke(event, new Invocation());
      case 'twice': {
        const [response] = await Promise.all([
          this.invoke(event, new Invocation()),
          this.clock.sleep(delivery.after).then(async () => this.invoke(event, new Invocation())),
        ]);
        return response;
      }
      case 'again after a kill': {
        const first = new Invocation(delivery.writes);
        const response = await Promise.race([this.invoke(event, first), first.killed]);
        if (response) return response;
        await this.clock.sleep(RETRY_AFTER);
        return this.invoke(event, new Invocation());
      }
    }
  }

  private async invoke(event: CdkCustomResourceEvent, invocation: Invocation): Promise<CdkCustomResourceResponse> {
    const end = this.clock.now + TIME_LIMIT;
    const environment = {
      now: () => this.clock.now, sleep: async (time: number) => this.clock.sleep(time), random: this.random, log: () => {},
    };
    return currentInvocation.run(invocation, async () =>
      respond(event, { getRemainingTimeInMillis: () => end - this.clock.now }, environment));
  }
}
