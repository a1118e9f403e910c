import { randomBytes, randomUUID } from 'node:crypto';
import type { Environment } from '../environment';
import { HttpError } from '../http/http-error';
import { textOf } from '../http/text-of';

export type Input = Readonly<Record<string, unknown>>;

/** An operation of the stand-in. */
export interface Operation {
  /** The resource of which policies allow the operation. */
  resource(input: Input, environment: Environment): string;
  run(input: Input, ivs: Ivs): object;
}

interface Stage {
  readonly arn: string;
  readonly name: string;
  readonly tags: unknown;
}

const MINUTES_IN_MILLISECONDS = 60_000;
const DEFAULT_TOKEN_MINUTES = 720;
const MAXIMUM_STAGES = 100;

/** The stages that functions have created, so that they can list them. Nothing is streamed. */
export class Ivs {
  public readonly stages = new Map<string, Stage>();

  constructor(public readonly environment: Environment) {}

  public newArn(kind: string): string {
    const { account, region } = this.environment;
    return `arn:aws:ivs:${region}:${account}:${kind}/${randomId(12)}`;
  }
}

/** By name. All others are refused. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  CreateChannel: {
    resource: (_input, environment) => anyArn(environment, 'channel'),
    run: ({ latencyMode = 'LOW', name = '', tags = {}, type = 'STANDARD' }, ivs) => {
      const arn = ivs.newArn('channel');
      const id = arn.slice(arn.lastIndexOf('/') + 1);
      const { account, region } = ivs.environment;
      const host = randomBytes(6).toString('hex');
      return {
        channel: {
          arn,
          authorized: false,
          ingestEndpoint: `${host}.global-contribute.live-video.invalid`,
          insecureIngest: false,
          latencyMode,
          name: readText('name', name),
          playbackUrl: `https://${host}.${region}.playback.live-video.invalid/api/video/v1/${region}.${account}.channel.${id}.m3u8`,
          recordingConfigurationArn: '',
          tags,
          type,
        },
        streamKey: { arn: ivs.newArn('stream-key'), channelArn: arn, tags: {}, value: `sk_${region}_${randomId(12)}_${randomBytes(15).toString('hex')}` },
      };
    },
  },
  CreateParticipantToken: {
    resource: ({ stageArn }) => readArn('stageArn', stageArn),
    run: input => ({ participantToken: participantToken(input) }),
  },
  CreateStage: {
    resource: (_input, environment) => anyArn(environment, 'stage'),
    run: ({ name = '', participantTokenConfigurations = [], tags = {} }, ivs) => {
      const participantTokens = readList('participantTokenConfigurations', participantTokenConfigurations).map(participantToken);
      const stage = { arn: ivs.newArn('stage'), name: readText('name', name), tags };
      ivs.stages.set(stage.arn, stage);
      return { stage, participantTokens };
    },
  },
  DeleteChannel: { resource: ({ arn }) => readArn('arn', arn), run: () => ({}) },
  DeleteStage: {
    resource: ({ arn }) => readArn('arn', arn),
    run: ({ arn }, ivs) => {
      ivs.stages.delete(textOf(arn));
      return {};
    },
  },
  DisconnectParticipant: { resource: ({ stageArn }) => readArn('stageArn', stageArn), run: () => ({}) },
  ListStages: {
    resource: (_input, environment) => anyArn(environment, 'stage'),
    run: ({ maxResults = 50, nextToken = '0' }, ivs) => {
      const start = readNumber('nextToken', nextToken);
      const count = Math.min(readNumber('maxResults', maxResults), MAXIMUM_STAGES);
      const all = [...ivs.stages.values()];
      // Nobody joins a stage of the stand-in.
      const stages = all.slice(start, start + count).map(stage => ({ ...stage, activeSessionId: '' }));
      return { stages, ...start + count < all.length && { nextToken: String(start + count) } };
    },
  },
  StopStream: {
    resource: ({ channelArn }) => readArn('channelArn', channelArn),
    run: ({ channelArn }) => {
      throw new HttpError('ChannelNotBroadcasting', 404, `Channel: ${textOf(channelArn)} is not broadcasting`);
    },
  },
};

function readArn(member: string, value: unknown): string {
  if (typeof value === 'string' && /^arn:aws:ivs:[a-z0-9-]+:\d+:[a-z-]+\/\w+$/.test(value)) return value;
  throw new HttpError('ValidationException', 400, `${member} must be an ARN of Amazon IVS, got ${textOf(value)}`);
}

function readText(member: string, value: unknown): string {
  if (typeof value === 'string') return value;
  throw new HttpError('ValidationException', 400, `${member} must be a string`);
}

/** @see https://docs.aws.amazon.com/ivs/latest/RealTimeAPIReference/API_CreateParticipantToken.html */
function readNumber(member: string, value: unknown): number {
  const number = Number(textOf(value));
  if (Number.isInteger(number) && number >= 0 && number <= 20_160) return number;
  throw new HttpError('ValidationException', 400, `${member} must be a whole number from 0 to 20160`);
}

function readList(member: string, value: unknown): Input[] {
  const isObject = (item: unknown) => typeof item === 'object' && item !== null;
  if (Array.isArray(value) && value.every(isObject)) return value as Input[];
  throw new HttpError('ValidationException', 400, `${member} must be a list of objects`);
}

function participantToken({ attributes = {}, capabilities = ['PUBLISH', 'SUBSCRIBE'], duration = DEFAULT_TOKEN_MINUTES, userId = '' }: Input) {
  return {
    attributes,
    capabilities,
    duration,
    expirationTime: new Date(Date.now() + readNumber('duration', duration) * MINUTES_IN_MILLISECONDS).toISOString(),
    participantId: randomId(12),
    token: `ivschat-local-stage-token-${randomUUID()}`,
    userId: readText('userId', userId),
  };
}

function anyArn(environment: Environment, kind: string): string {
  return `arn:aws:ivs:${environment.region}:${environment.account}:${kind}/*`;
}

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function randomId(length: number): string {
  return [...randomBytes(length)].map(byte => ALPHANUMERIC[byte % ALPHANUMERIC.length]).join('');
}
