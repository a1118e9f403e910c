import { newDeadline } from '../../../handlers/auto-moderator/deadline';
import type { Judge } from '../../../handlers/auto-moderator/judges/judge';
import { judgeAll } from '../../../handlers/auto-moderator/judging';
import { newPace } from '../../../handlers/auto-moderator/pace';
import type { MessageFrame } from '../../../handlers/shared/chat-log';
import { printResult } from '../../local/worker/result';

export interface JudgeCalls {
  readonly instances: number;
  /** Calls that succeeded. */
  readonly calls: number;
  readonly failures: number;
  readonly throttled: number;
  readonly seconds: number;
  /** Calls of the busiest second, throttled ones included. */
  readonly mostInASecond: number;
}

/** Documented for an account. */
const QUOTA = 25;
/** Default of the moderator. */
const CALLS_PER_SECOND = 20;
/** Milliseconds, about as long as a call takes. */
const LATENCY = 50;

/** A judge with the quota of an account, as a bucket of as many calls as a second allows. */
class LimitedJudge implements Judge {
  public readonly operation = 'judge';
  public readonly timeout = 10_000;
  public readonly batchSize = 1;
  public readonly starts: number[] = [];
  public throttled = 0;
  private tokens = QUOTA;
  private filledAt = performance.now();

  public async ask(_roomArn: string, messages: readonly MessageFrame[]): Promise<Map<string, { isFlagged: boolean }>> {
    const now = performance.now();
    this.starts.push(now);
    this.tokens = Math.min(QUOTA, this.tokens + (now - this.filledAt) * QUOTA / 1_000);
    this.filledAt = now;
    await new Promise(resolve => setTimeout(resolve, LATENCY));
    if (this.tokens < 1) {
      this.throttled++;
      throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException', $metadata: { httpStatusCode: 429 } });
    }
    this.tokens--;
    return new Map(messages.map(({ Id }) => [Id, { isFlagged: false }]));
  }
}

async function measure(instances: number, messagesEach: number): Promise<JudgeCalls> {
  const judge = new LimitedJudge();
  let calls = 0;
  let failures = 0;
  const start = performance.now();
  await Promise.all(Array.from({ length: instances }, async (_instance, index) => {
    const messages = Array.from({ length: messagesEach }, (_message, number): MessageFrame => (
      { Type: 'MESSAGE', Id: `${index}-${number}`, Content: 'hello', SendTime: new Date().toISOString(), Sender: { UserId: 'ann' } }));
    const options = { judge, pace: newPace(CALLS_PER_SECOND), deadline: newDeadline(900_000), roomArn: 'arn', maximumAgeSeconds: 600 };
    await judgeAll(messages, options, {
      judged: async () => void calls++,
      skipped: old => void (failures += old.length),
      failed: failed => void (failures += failed.length),
    });
  }));
  const seconds = (performance.now() - start) / 1_000;
  return { instances, calls, failures, throttled: judge.throttled, seconds, mostInASecond: mostInASecond(judge.starts) };
}

function mostInASecond(starts: number[]): number {
  return Math.max(...starts.map(start => starts.filter(time => time >= start && time < start + 1_000).length));
}

const [instances, messagesEach] = process.argv.slice(2).map(Number);
void printResult(measure(instances, messagesEach));
