import { APP_OPTIONS, parse, readAppArguments, readCount } from './options';
import { Progress } from './progress';
import { withApp } from './run-app';
import { ExpectedError } from '../expected-error';
import { countsOf, readReplayLimits } from '../replay/fail-if';
import { MessageLogs } from '../replay/chat-logs/message-logs';
import { replayReport, withoutText } from '../replay/replay-report';

const USAGE = `Sends the messages of chat logs to the review handler as it is now, and
compares the results with the logs. No message is delivered.

Usage: ivschat-local replay [options] LOG...

LOG is a file or a folder: .ivschat-local, files of a bucket (.gz), an export of
CloudWatch Logs, the output of "aws logs filter-log-events", or labelled cases
such as {"content":"Hello!","expect":"ALLOW"} (ALLOW, MASK or DENY).

  --room ROOM       construct path, name or ARN of the room whose handler
                    reviews [default: the only handler that rooms use]
  --fail-if LIMIT   exit with code 2 if the limit is exceeded, such as
                    "denied>1%", "missed>0" or "p99>150ms"; can be repeated:
                    denied, masked, missed, mistakes, caught, counted, late,
                    fallback, unreadable, p50, p99, slowest
  --examples N      maximum number of examples in each group [default: 3]
  --no-text         print files, lines and rules, but no messages
                    [default if the environment variable CI is set]
  --json            print the result as JSON
  --app, --stack, --context, --region, --parameters, --endpoint, --issuer,
  --flagged-words   as of ivschat-local without a command
  -h, --help        print this help

Exit codes: 0, 1 for an error, 2 if a limit of --fail-if is exceeded.
`;

/** @returns the exit code */
export async function replayCommand(args: string[]): Promise<number> {
  const { positionals: logPaths, values } = parse({
    args,
    allowPositionals: true,
    options: {
      ...APP_OPTIONS,
      'room': { type: 'string' },
      'fail-if': { type: 'string', multiple: true, default: [] as string[] },
      'examples': { type: 'string', default: '3' },
      'no-text': { type: 'boolean', default: false },
      'json': { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const app = readAppArguments(values);
  const limits = readReplayLimits(values['fail-if']);
  const examples = readCount('--examples', values.examples, 0);
  if (logPaths.length === 0) throw new ExpectedError('LOG must be a file or a folder, got none: pass for example .ivschat-local.');

  const hasText = !values['no-text'] && !isContinuousIntegration();
  const progress = new Progress();
  progress.show('Reading the logs…');
  const logs = await MessageLogs.open(logPaths).finally(() => progress.clear());
  let done = 0;
  const onMessage = () => progress.count(++done, logs.messageCount);
  const result = await withApp(app, progress, () => `Stopped after ${done} of ${logs.messageCount} messages.`, async (local, signal) =>
    local.replayMessages(logs, values.room, { examples, onMessage, signal }));

  const exceeded = limits.flatMap(limit => limit.check(countsOf(result)) ?? []);
  console.log(values.json ? JSON.stringify(hasText ? result : withoutText(result), undefined, 2) : replayReport(result, logs, { hasText }).join('\n'));
  for (const text of exceeded) console.error(`FAILED --fail-if ${text}`);
  return exceeded.length > 0 ? 2 : 0;
}

/** As most programs read it: any value but `false`, `0` and an empty one. */
function isContinuousIntegration(): boolean {
  return !['', '0', 'false'].includes((process.env.CI ?? '').toLowerCase());
}
