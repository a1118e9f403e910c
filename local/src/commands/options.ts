import { parseArgs } from 'node:util';
import type { LoadOptions } from '../app/assembly';
import { ExpectedError } from '../expected-error';
import { readServiceEndpoints } from '../lambda/service-endpoints';
import { readIssuerUrl } from '../user-pools/issuer-url';

/** The options of all commands: which app runs, and with what. */
export const APP_OPTIONS = {
  'app': { type: 'string' },
  'context': { type: 'string', short: 'c', multiple: true, default: [] as string[] },
  'stack': { type: 'string' },
  'endpoint': { type: 'string', multiple: true, default: [] as string[] },
  'region': { type: 'string' },
  'parameters': { type: 'string', multiple: true, default: [] as string[] },
  'issuer': { type: 'string', multiple: true, default: [] as string[] },
  'flagged-words': { type: 'string' },
  'help': { type: 'boolean', short: 'h', default: false },
} as const;

export interface AppArguments {
  readonly app?: string;
  readonly context: Record<string, string>;
  readonly load: LoadOptions;
  readonly serviceEndpoints: Record<string, string>;
  readonly issuers: readonly string[];
  readonly flaggedWords?: string;
}

interface AppValues {
  readonly 'app'?: string;
  readonly 'context': string[];
  readonly 'stack'?: string;
  readonly 'endpoint': string[];
  readonly 'region'?: string;
  readonly 'parameters': string[];
  readonly 'issuer': string[];
  readonly 'flagged-words'?: string;
}

/** Throws an ExpectedError for unknown options and missing values. */
export const parse: typeof parseArgs = config => {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new ExpectedError((error as Error).message);
  }
};

export function readAppArguments(values: AppValues): AppArguments {
  return {
    app: values.app,
    context: readPairs(values.context, argument => `--context must be NAME=VALUE, got ${argument}.`),
    load: { stack: values.stack, region: values.region, parameters: readPairs(values.parameters, argument => `--parameters must be NAME=VALUE or STACK:NAME=VALUE, got ${argument}.`) },
    serviceEndpoints: readServiceEndpoints(values.endpoint),
    issuers: values.issuer.map(url => readIssuerUrl('--issuer', url)),
    flaggedWords: values['flagged-words'],
  };
}

/** Reads arguments such as NAME=VALUE. The value may contain further equals signs. */
function readPairs(given: string[], problem: (argument: string) => string): Record<string, string> {
  return Object.fromEntries(given.map(argument => {
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(argument) ?? [];
    if (name === undefined) throw new ExpectedError(problem(argument));
    return [name, value];
  }));
}

/** Reads a number of things, such as examples. */
export function readCount(option: string, text: string, minimum: number): number {
  const count = Number(text);
  if (text.trim() === '' || !Number.isInteger(count) || count < minimum) throw new ExpectedError(`${option} must be a whole number of at least ${minimum}, got ${text}.`);
  return count;
}
