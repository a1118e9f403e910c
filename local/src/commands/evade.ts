import { APP_OPTIONS, parse, readAppArguments, readCount } from './options';
import { Progress } from './progress';
import { withApp } from './run-app';
import { DEFAULT_SAMPLE } from '../replay/evasion/evade';
import { evasionReport } from '../replay/evasion/evasion-report';
import { readFilterWords, readWordFile } from '../replay/evasion/filter-words';
import { readFailIf } from '../replay/fail-if';

const USAGE = `Disguises the words of a MessageFilter and innocent words in many ways, sends
them to the review handler, and prints which ones slip and which are found by
mistake.

Usage: ivschat-local evade [options]

  --words FILE      words that the handler must find, in the format of
                    WordList.fromFile() [default: those of the MessageFilter]
  --innocents FILE  further words and phrases that it must not find, one in each
                    line
  --room ROOM       construct path, name or ARN of the room whose handler
                    reviews [default: the only handler that rooms use]
  --sample N        maximum number of words of the lists [default: ${DEFAULT_SAMPLE}]
  --fail-if LIMIT   exit with code 2 if the limit is exceeded, such as
                    "slipped>30%" of the disguised words of the filter, or
                    "mistakes>5" innocent ones; can be repeated
  --json            print the result as JSON
  --app, --stack, --context, --region, --parameters, --endpoint, --issuer,
  --flagged-words   as of ivschat-local without a command
  -h, --help        print this help

Exit codes: 0, 1 for an error, 2 if a limit of --fail-if is exceeded.
`;

/** @returns the exit code */
export async function evadeCommand(args: string[]): Promise<number> {
  const { values } = parse({
    args,
    options: {
      ...APP_OPTIONS,
      'words': { type: 'string' },
      'innocents': { type: 'string' },
      'room': { type: 'string' },
      'sample': { type: 'string', default: String(DEFAULT_SAMPLE) },
      'fail-if': { type: 'string', multiple: true, default: [] as string[] },
      'json': { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const app = readAppArguments(values);
  const limits = values['fail-if'].map(text => readFailIf(text, ['slipped', 'mistakes']));
  const sample = readCount('--sample', values.sample, 1);
  const given = values.words === undefined ? undefined : readWordFile('--words', values.words);
  const innocents = values.innocents === undefined ? [] : readWordFile('--innocents', values.innocents).blocked;

  const progress = new Progress();
  const onProgress = (sent: number, total: number) => progress.count(sent, total);
  const result = await withApp(app, progress, () => 'Stopped.', async (local, signal) =>
    local.evade(codeFolder => given ?? readFilterWords(codeFolder), values.room, { innocents, onProgress, sample, signal }));

  const { mistakes, sent, slipped } = result;
  const counts = { values: { mistakes, slipped }, total: { mistakes: sent.innocent, slipped: sent.blocked } };
  const exceeded = limits.flatMap(limit => limit.check(counts) ?? []);
  console.log(values.json ? JSON.stringify(result, undefined, 2) : evasionReport(result).join('\n'));
  for (const text of exceeded) console.error(`FAILED --fail-if ${text}`);
  return exceeded.length > 0 ? 2 : 0;
}
