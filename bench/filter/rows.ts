import * as fs from 'fs';
import * as path from 'path';
import { type Builds, nodeOfVersion, runWorker, runWorkerOn } from '../builds';
import { filterWithAllRules } from './all-rules';
import { blockedWords, dictionary, LANGUAGES, madeUpWords, randomNumbers } from './data';
import { DISGUISES } from './disguises';
import type { Effort } from '../effort';
import type { Row } from '../row';
import { quantile } from '../stats';
import type { Fuzz } from './worker/fuzz';
import type { Quality } from './worker/quality';
import type { Speed } from './worker/speed';

const ROOT = path.resolve(__dirname, '..', '..');
const ENTRIES = 10_000;

/**
 * Bars of times, on a machine on which obscenity loads in the reference time. On a slower one, they grow as that does.
 */
const BARS = { loadMilliseconds: 15, firstMilliseconds: 8, tailMilliseconds: 2, adversarialMilliseconds: 5 };
const REFERENCE_MILLISECONDS = 83;
const HEAP_BAR_MB = 6;
const BUNDLE_BAR_BYTES = 20 * 1024;
/** In 100,000 words of a dictionary. */
const FALSE_POSITIVES_BAR = 5;
/** That of the function. */
const LAMBDA_NODE = 24;
/** It takes up to half a second for a message. */
const MESSAGES_OF_BAD_WORDS = 10;

/** What the message filter takes, and what it finds, compared with two libraries on the same words. */
export function measureFilter({ directory }: Builds, effort: Effort): Row[] {
  const folder = path.join(directory, 'filter');
  fs.mkdirSync(folder);
  fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
  return [...measureSpeeds(folder, effort), bundleRow(), ...measureQuality(folder, effort), fuzzRow(folder, effort)];
}

/** On this version of Node.js and on that of the function. */
function measureSpeeds(folder: string, effort: Effort): Row[] {
  const fn = writeFunction(folder);
  const major = Number(process.versions.node.split('.')[0]);
  const own = measureSpeed(process.execPath, major, folder, fn, effort);
  return major === LAMBDA_NODE ? own : [...own, ...measureSpeed(nodeOfVersion(LAMBDA_NODE), LAMBDA_NODE, folder, fn, effort)];
}

/** Writes the function with its rules, and the same words for the other engines. */
function writeFunction(folder: string): string {
  const fn = path.join(folder, 'function');
  fs.mkdirSync(fn);
  fs.copyFileSync(path.join(ROOT, 'assets', 'message-filter', 'index.js'), path.join(fn, 'index.js'));
  const blocked = blockedWords('en');
  const words = [...blocked, ...madeUpWords(ENTRIES - blocked.length)];
  fs.writeFileSync(path.join(fn, 'filter.json'), JSON.stringify(filterWithAllRules(words)));
  fs.writeFileSync(path.join(fn, 'words.json'), JSON.stringify({ words }));
  return fn;
}

function measureSpeed(node: string, major: number, folder: string, fn: string, { filter: { loads, rounds }, judgesTimes }: Effort): Row[] {
  const usual = usualMessages();
  const run = (engine: string, messages: object) => runWorkerOn<Speed>(node, folder, 'filter/worker/speed', engine, fn, JSON.stringify(messages));
  // In turns, because both then see the same state of the machine.
  const pairs = Array.from({ length: loads }, () => ({
    filter: run('function', { usual, adversarial: ADVERSARIAL, rounds }),
    obscenity: run('obscenity', { usual, adversarial: ADVERSARIAL, rounds: 1 }),
  }));
  const badWords = run('bad-words', { usual: usual.slice(0, MESSAGES_OF_BAD_WORDS), adversarial: {}, rounds: 1 });
  return speedRows(major, pairs.map(({ filter }) => filter), pairs.map(({ obscenity }) => obscenity), badWords, judgesTimes);
}

function speedRows(major: number, speeds: Speed[], obscenity: Speed[], badWords: Speed, judgesTimes: boolean): Row[] {
  const factor = Math.max(1, medianOf(obscenity, ({ load }) => load) / REFERENCE_MILLISECONDS);
  const name = (what: string) => `filter, ${ENTRIES} words and 7 rules, Node.js ${major}: ${what}`;
  const row = (what: string, value: (all: Speed[]) => number, bar: number, difference = ''): Row => ({
    name: name(what),
    subject: `${value(speeds).toFixed(2)} ms`,
    baseline: `obscenity ${value(obscenity).toFixed(1)} ms, bad-words ${value([badWords]).toFixed(1)} ms`,
    difference,
    bar: `${(bar * factor).toFixed(1)} ms`,
    isMet: judgesTimes ? value(speeds) <= bar * factor : undefined,
  });
  const timeOf = (all: Speed[], message: string) => medianOf(all, ({ adversarial }) => quantile(adversarial[message], 0.5));
  const slowestOf = (all: Speed[]) => Object.keys(ADVERSARIAL).map(message => ({ message, time: timeOf(all, message) }))
    .sort((one, other) => other.time - one.time)[0];
  const slowest = slowestOf(speeds);
  const messages = (all: Speed[]) => all.flatMap(speed => speed.messages);
  const heap = (all: Speed[]) => medianOf(all, speed => speed.heap);
  return [
    row('load', all => medianOf(all, ({ load }) => load), BARS.loadMilliseconds),
    row('first message', all => medianOf(all, ({ first }) => first), BARS.firstMilliseconds),
    row('message, 99th percentile', all => quantile(messages(all), 0.99), BARS.tailMilliseconds,
      `median ${quantile(messages(speeds), 0.5).toFixed(2)} ms`),
    {
      name: name('slowest adversarial message'),
      subject: `${slowest.time.toFixed(2)} ms`,
      baseline: `obscenity ${slowestOf(obscenity).time.toFixed(1)} ms`,
      difference: slowest.message,
      bar: `${(BARS.adversarialMilliseconds * factor).toFixed(1)} ms`,
      isMet: judgesTimes ? slowest.time <= BARS.adversarialMilliseconds * factor : undefined,
    },
    {
      name: name('heap'),
      subject: `${heap(speeds).toFixed(1)} MB`,
      baseline: `obscenity ${heap(obscenity).toFixed(1)} MB, bad-words ${heap([badWords]).toFixed(1)} MB`,
      difference: '',
      bar: `${HEAP_BAR_MB} MB`,
      isMet: heap(speeds) <= HEAP_BAR_MB,
    },
  ];
}

function medianOf(speeds: Speed[], value: (speed: Speed) => number): number {
  return quantile(speeds.map(value), 0.5);
}

/** Messages that almost match, or contain much of what a rule looks for. All have at most 500 characters. */
const ADVERSARIAL: Record<string, string> = {
  'almost a nested pattern': `${'a'.repeat(499)}!`,
  'commas': ','.repeat(500),
  'digits and symbols that are letters': '1!|0@$3+(5'.repeat(50),
  'single letters': 'b a '.repeat(125),
  'hidden letters': 'b_a.'.repeat(125),
  'syllables of the words': 'babebibo'.repeat(62),
  'dots': 'a.'.repeat(250),
  'brackets with dots': 'a [dot] '.repeat(62),
  'at signs': 'a@'.repeat(250),
  'digits': '12 '.repeat(166),
  'ligatures': 'ﷺ'.repeat(500),
  'combining marks': 'e\u0301\u0336'.repeat(166),
  'emoji': '👩‍👩‍👧'.repeat(62),
  'look-alikes': 'оеасрх'.repeat(83),
};

/** Messages of everyday words, some with a link, a number or other letters. */
function usualMessages(): string[] {
  const random = randomNumbers();
  const words = dictionary('en').slice(0, 4_000);
  const extras = ['https://example.com/a', 'see AB-123456', '😀', 'naïve', 'これはペンです', 'привет всем', 'ada@example.com', '10:30', 'lol!!!', 'f u c k'];
  return Array.from({ length: 300 }, (_, index) =>
    [...Array.from({ length: 3 + random(20) }, () => words[random(words.length)]), ...index % 3 === 0 ? [extras[random(extras.length)]] : []].join(' '));
}

function bundleRow(): Row {
  const { size } = fs.statSync(path.join(ROOT, 'assets', 'message-filter', 'index.js'));
  return { name: 'filter: bundle', subject: `${size} bytes`, difference: '', bar: `${BUNDLE_BAR_BYTES} bytes`, isMet: size <= BUNDLE_BAR_BYTES };
}

function measureQuality(folder: string, { filter: { dictionaryWords } }: Effort): Row[] {
  const [ours, ...others] = runWorker<Quality[]>(folder, 'filter/worker/quality', String(dictionaryWords));
  const perWords = ({ count, words }: Quality['falsePositives'][number]) => count * 100_000 / words;
  const percent = (share: number) => `${(share * 100).toFixed(0)} %`;
  const othersWith = (value: (quality: Quality) => string) => others.map(quality => `${quality.engine} ${value(quality)}`).join(', ');
  return [
    ...LANGUAGES.map((language, index): Row => {
      const result = ours.falsePositives[index];
      return {
        name: `filter: words of a dictionary found by mistake, ${language}`,
        subject: `${result.count} of ${result.words}`,
        baseline: index === 0 ? othersWith(({ falsePositives: [{ count, words }] }) => `${count} of ${words}`) : undefined,
        difference: result.examples.slice(0, 3).join(' '),
        bar: `${FALSE_POSITIVES_BAR} of 100000`,
        isMet: perWords(result) <= FALSE_POSITIVES_BAR,
      };
    }),
    ...DISGUISES.map(({ bar, name }): Row => ({
      name: `filter: disguised words found, ${name}`,
      subject: percent(ours.found[name]),
      baseline: othersWith(({ found }) => percent(found[name])),
      difference: '',
      bar: bar === 0 ? undefined : percent(bar),
      isMet: bar === 0 ? undefined : ours.found[name] >= bar,
    })),
  ];
}

function fuzzRow(folder: string, { filter: { fuzzed } }: Effort): Row {
  const [ours, ...others] = runWorker<Fuzz[]>(folder, 'filter/worker/fuzz', String(fuzzed));
  const wrong = ({ broken, failed, longer, split }: Fuzz) => longer + broken + split + failed;
  return {
    name: `filter: ${fuzzed} fuzzed messages, longer, with broken surrogates or split characters`,
    subject: String(wrong(ours)),
    baseline: others.map(fuzz => `${fuzz.engine} ${wrong(fuzz)}`).join(', '),
    difference: '',
    bar: '0',
    isMet: wrong(ours) === 0,
  };
}
