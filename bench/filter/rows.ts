import * as fs from 'fs';
import * as path from 'path';
import { type Builds, runWorker } from '../builds';
import { filterWithAllRules } from './all-rules';
import { blockedWords, dictionary, LANGUAGES, madeUpWords, randomNumbers } from './data';
import { DISGUISES } from './disguises';
import type { Effort } from '../effort';
import type { Row } from '../row';
import { quantile } from '../stats';
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

/** What the message filter takes, and what it finds, compared with two libraries on the same words. */
export function measureFilter({ directory }: Builds, effort: Effort): Row[] {
  const folder = path.join(directory, 'filter');
  fs.mkdirSync(folder);
  fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'), 'junction');
  return [...measureSpeed(folder, effort), bundleRow(), ...measureQuality(folder, effort)];
}

function measureSpeed(folder: string, { filter: { loads, rounds }, judgesTimes }: Effort): Row[] {
  const fn = path.join(folder, 'function');
  fs.mkdirSync(fn);
  fs.copyFileSync(path.join(ROOT, 'assets', 'message-filter', 'index.js'), path.join(fn, 'index.js'));
  const blocked = blockedWords('en');
  const words = [...blocked, ...madeUpWords(ENTRIES - blocked.length)];
  fs.writeFileSync(path.join(fn, 'filter.json'), JSON.stringify(filterWithAllRules(words)));
  fs.writeFileSync(path.join(fn, 'words.json'), JSON.stringify({ words }));
  const messages = { usual: usualMessages(), adversarial: ADVERSARIAL };
  const run = (engine: string, passes: number) =>
    runWorker<Speed>(folder, 'filter/worker/speed', engine, fn, JSON.stringify({ ...messages, rounds: passes }));
  // In turns, because both then see the same state of the machine.
  const pairs = Array.from({ length: loads }, () => ({ filter: run('function', rounds), obscenity: run('obscenity', 1) }));
  return speedRows(pairs.map(({ filter }) => filter), pairs.map(({ obscenity }) => obscenity), judgesTimes);
}

function speedRows(speeds: Speed[], others: Speed[], judgesTimes: boolean): Row[] {
  const factor = Math.max(1, medianOf(others, ({ load }) => load) / REFERENCE_MILLISECONDS);
  const row = (name: string, value: (all: Speed[]) => number, bar: number, difference = ''): Row => ({
    name: `filter, ${ENTRIES} words and 7 rules: ${name}`,
    subject: `${value(speeds).toFixed(2)} ms`,
    baseline: `obscenity ${value(others).toFixed(1)} ms`,
    difference,
    bar: `${(bar * factor).toFixed(1)} ms`,
    isMet: judgesTimes ? value(speeds) <= bar * factor : undefined,
  });
  const slowestOf = (all: Speed[]) => Object.keys(ADVERSARIAL)
    .map(name => ({ name, time: medianOf(all, ({ adversarial }) => quantile(adversarial[name], 0.5)) }))
    .sort((one, other) => other.time - one.time)[0];
  const messages = (all: Speed[]) => all.flatMap(speed => speed.messages);
  const heap = (all: Speed[]) => medianOf(all, speed => speed.heap);
  return [
    row('load', all => medianOf(all, ({ load }) => load), BARS.loadMilliseconds),
    row('first message', all => medianOf(all, ({ first }) => first), BARS.firstMilliseconds),
    row('message, 99th percentile', all => quantile(messages(all), 0.99), BARS.tailMilliseconds,
      `median ${quantile(messages(speeds), 0.5).toFixed(2)} ms`),
    row('slowest adversarial message', all => slowestOf(all).time, BARS.adversarialMilliseconds, slowestOf(speeds).name),
    {
      name: `filter, ${ENTRIES} words and 7 rules: heap`,
      subject: `${heap(speeds).toFixed(1)} MB`,
      baseline: `obscenity ${heap(others).toFixed(1)} MB`,
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
