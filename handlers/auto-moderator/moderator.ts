import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IvschatClient } from '@aws-sdk/client-ivschat';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { countResponses, type Counts, noCounts, writeMetrics } from './counts';
import type { Deadline } from './deadline';
import { describe } from './failures';
import { judgeAll } from './judging';
import { ComprehendJudge } from './judges/comprehend';
import { FunctionJudge } from './judges/function';
import { GuardrailJudge } from './judges/guardrail';
import type { Judge, Verdict } from './judges/judge';
import type { ChatMessage } from './message';
import { Pace } from './pace';
import { Responder, type Room } from './responder';
import { Strikes } from './strikes';
import type { AutoModeratorSettings, JudgeSettings } from '../../src/moderation/auto-moderator-settings';
import { isExempt } from '../shared/exempt-senders';
import { writeLine } from '../shared/log-lines';

/** Messages in one line of the log. */
const MAX_IDS = 100;

/** Lambda repeats the invocation, twice, and then sends the event to the destination for failures. */
export class ModerationIncomplete extends Error {
  public override readonly name = 'ModerationIncomplete';
}

/** Judges the messages of a room, and responds to those that are flagged. */
export class Moderator {
  private readonly judge: Judge;
  private readonly pace: Pace;
  private readonly responder?: Responder;

  constructor(private readonly settings: AutoModeratorSettings) {
    const { dryRun: isDryRun = false, judge, maximumAgeSeconds, responses, strikes } = settings;
    this.judge = judgeOf(judge);
    this.pace = new Pace(judge.callsPerSecond);
    if (!strikes) return;
    this.responder = new Responder({
      responses,
      isDryRun,
      strikes: new Strikes({
        client: new DynamoDBClient({ maxAttempts: 1 }), ...strikes, maximumAgeSeconds, isDryRun, maximum: Math.max(...responses.map(({ afterStrikes }) => afterStrikes)),
      }),
      chatClient: new IvschatClient({ maxAttempts: 1 }),
      lambdaClient: new LambdaClient({ maxAttempts: 1 }),
    });
  }

  /** @throws ModerationIncomplete after all other messages have been judged and responded to */
  public async moderate(room: Room, messages: readonly ChatMessage[], deadline: Deadline): Promise<void> {
    const { maximumAgeSeconds, roomIds } = this.settings;
    if (roomIds?.includes(room.id) === false) return;
    const due = messages.filter(message => this.isJudged(message));
    const run = new Run(room, this.responder, this.settings.dryRun ?? false, deadline);
    await judgeAll(due, { judge: this.judge, pace: this.pace, deadline, roomArn: room.arn, maximumAgeSeconds }, {
      judged: async (message, verdict) => run.handle(message, verdict),
      skipped: () => run.counts.Skipped++,
      failed: (failed, reason) => run.fail(failed, reason),
    });
    writeMetrics(run.counts);
    if (run.counts.Failed === 0) return;
    throw new ModerationIncomplete(`${run.counts.Failed} of ${due.length} messages in room ${room.id} could not be moderated: ${[...run.reasons].join('; ')}`);
  }

  private isJudged({ Content, Sender }: ChatMessage): boolean {
    return Content.trim() !== '' && !isExempt(this.settings.exempt, Sender.Attributes ?? {});
  }
}

/** One invocation. */
class Run {
  public readonly counts: Counts = noCounts();
  public readonly reasons = new Set<string>();
  /** The last response to each user. Responses to one user follow each other, so that each message counts those before it. */
  private readonly lastResponses = new Map<string, Promise<void>>();

  constructor(
    private readonly room: Room, private readonly responder: Responder | undefined, private readonly isDryRun: boolean, private readonly deadline: Deadline,
  ) {}

  public async handle(message: ChatMessage, verdict: Verdict): Promise<void> {
    this.counts.Judged++;
    if (!verdict.isFlagged) return;
    this.counts.Flagged++;
    const { UserId } = message.Sender;
    const response = (this.lastResponses.get(UserId) ?? Promise.resolve()).then(async () => this.respond(message, verdict));
    this.lastResponses.set(UserId, response);
    await response;
  }

  public fail(messages: readonly ChatMessage[], reason: string): void {
    this.counts.Failed += messages.length;
    this.reasons.add(reason);
    for (let start = 0; start < messages.length; start += MAX_IDS) {
      const messageIds = messages.slice(start, start + MAX_IDS).map(({ Id }) => Id);
      writeLine({ outcome: 'failed', room: this.room.id, messageIds, reason });
    }
  }

  private async respond(message: ChatMessage, verdict: Verdict): Promise<void> {
    if (!this.responder) return this.log(message, verdict, {});
    try {
      const response = await this.responder.respond(this.room, message, verdict, this.deadline);
      if (!response) return undefined;
      const { failures, kinds, strikes } = response;
      if (!this.isDryRun) countResponses(this.counts, kinds);
      this.log(message, verdict, { strikes, responses: kinds });
      if (failures.length > 0) this.fail([message], failures.join(', '));
    } catch (error) {
      this.fail([message], describe('strikes', error));
    }
    return undefined;
  }

  /** Writes the decision, without the text of the message. */
  private log({ Id, Sender }: ChatMessage, { label, score }: Verdict, more: object): void {
    writeLine({
      outcome: 'flagged', ...this.isDryRun && { dryRun: true }, room: this.room.id, messageId: Id, userId: Sender.UserId, label, score, ...more,
    });
  }
}

function judgeOf(settings: JudgeSettings): Judge {
  switch (settings.kind) {
    case 'comprehend': return new ComprehendJudge(settings);
    case 'guardrail': return new GuardrailJudge(settings);
    default: return new FunctionJudge(settings);
  }
}
