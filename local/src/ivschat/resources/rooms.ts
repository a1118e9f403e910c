import { Collection, type PageRequest } from './collection';
import { parseArn } from '../../arn';
import type { Environment } from '../../environment';
import { conflict, invalidField, notFound, quotaExceeded } from '../api/errors';
import { RESOURCE_QUOTAS } from '../api/quotas';
import { roomArn } from '../arns';
import type { Clock } from '../clock';
import { newId } from '../ids';
import { withTags } from './tags';
import type { FallbackResult, FunctionInvoker, Room, StringMap } from '../types';

interface Settings {
  readonly name?: string;
  readonly maximumMessageLength?: number;
  readonly maximumMessageRatePerSecond?: number;
  readonly messageReviewHandler?: { readonly uri?: string; readonly fallbackResult?: FallbackResult };
  readonly loggingConfigurationIdentifiers?: readonly string[];
}

interface CreateInput extends Settings {
  readonly tags?: StringMap;
}

interface UpdateInput extends Settings {
  readonly identifier: string;
}

interface ListInput extends PageRequest {
  readonly name?: string;
  readonly messageReviewHandlerUri?: string;
  readonly loggingConfigurationIdentifier?: string;
}

/** Documented in CreateRoom. */
const DEFAULTS = { name: '', maximumMessageLength: 500, maximumMessageRatePerSecond: 10, loggingConfigurationIdentifiers: [] };

/** Rooms of the account. */
export class Rooms {
  public readonly all = new Collection<Room>();

  constructor(
    private readonly environment: Environment,
    private readonly clock: Clock,
    private readonly functions: FunctionInvoker,
    private readonly loggingConfigurationExists: (arn: string) => boolean,
  ) {}

  public create(input: CreateInput, id = newId()): Room {
    const arn = roomArn(this.environment, id);
    const time = new Date(this.clock.now());
    const room = this.withSettings({ ...DEFAULTS, arn, id, createTime: time, updateTime: time, tags: withTags({}, input.tags ?? {}) }, input);
    if (this.all.get(arn)) throw conflict(arn, `The room ${id} already exists`);
    if (this.all.size >= RESOURCE_QUOTAS.rooms) throw quotaExceeded(this.environment.account, 'ROOM', RESOURCE_QUOTAS.rooms);
    this.all.put(room);
    return room;
  }

  public get(arn: string): Room {
    const found = this.all.get(arn);
    if (!found) throw notFound(arn);
    return found;
  }

  /** Keeps the settings that the input omits, and replaces the list of logging configurations (seen). */
  public update({ identifier, ...settings }: UpdateInput): Room {
    const room = this.withSettings({ ...this.get(identifier), updateTime: new Date(this.clock.now()) }, settings);
    this.all.put(room);
    return room;
  }

  public delete(arn: string): void {
    if (!this.all.delete(arn)) throw notFound(arn);
  }

  public list({ nextToken, maxResults, name, messageReviewHandlerUri, loggingConfigurationIdentifier }: ListInput): object {
    const filter = JSON.stringify([name, messageReviewHandlerUri, loggingConfigurationIdentifier]);
    const page = this.all.page({ nextToken, maxResults }, filter, room =>
      (!name || room.name === name) &&
      (!messageReviewHandlerUri || room.messageReviewHandler?.uri === messageReviewHandlerUri) &&
      (!loggingConfigurationIdentifier || room.loggingConfigurationIdentifiers.includes(loggingConfigurationIdentifier)));
    return { rooms: page.items.map(summaryOf), nextToken: page.nextToken };
  }

  public isLoggedTo(loggingConfigurationArn: string): boolean {
    return this.all.values().some(room => room.loggingConfigurationIdentifiers.includes(loggingConfigurationArn));
  }

  private withSettings(room: Room, { name, maximumMessageLength, maximumMessageRatePerSecond, ...settings }: Settings): Room {
    const loggingConfigurationIdentifiers = settings.loggingConfigurationIdentifiers ?? room.loggingConfigurationIdentifiers;
    if (settings.loggingConfigurationIdentifiers) this.checkLoggingConfigurations(loggingConfigurationIdentifiers);
    return {
      arn: room.arn,
      id: room.id,
      name: name ?? room.name,
      createTime: room.createTime,
      updateTime: room.updateTime,
      maximumMessageRatePerSecond: maximumMessageRatePerSecond ?? room.maximumMessageRatePerSecond,
      maximumMessageLength: maximumMessageLength ?? room.maximumMessageLength,
      messageReviewHandler: this.handlerOf(room, settings.messageReviewHandler),
      loggingConfigurationIdentifiers,
      tags: room.tags,
    };
  }

  /** A handler that is removed by an empty URI stays in the room, without the URI (seen). */
  private handlerOf(room: Room, given: Settings['messageReviewHandler']): Room['messageReviewHandler'] {
    const current = room.messageReviewHandler;
    const uri = given?.uri ?? current?.uri ?? '';
    if (!uri && !current) return undefined;
    if (given?.uri) this.checkHandler(uri, room.arn);
    return { uri, fallbackResult: given?.fallbackResult ?? current?.fallbackResult ?? 'ALLOW' };
  }

  private checkHandler(uri: string, sourceArn: string): void {
    const { account, region } = parseArn(uri)!;
    if (region !== this.environment.region || account !== this.environment.account) {
      throw invalidField('messageReviewHandler.uri', 'the function must be in the account and region of the room');
    }
    if (!this.functions.mayInvoke(uri, sourceArn)) throw invalidField('messageReviewHandler.uri', 'invalid lambda permission');
  }

  private checkLoggingConfigurations(arns: readonly string[]): void {
    if (new Set(arns).size < arns.length) throw invalidField('loggingConfigurationIdentifiers', 'must not name the same one twice');
    const missing = arns.find(arn => !this.loggingConfigurationExists(arn));
    if (missing !== undefined) throw notFound(missing);
  }
}

/** RoomSummary of the model, which lacks the message length and rate. */
function summaryOf({ maximumMessageLength, maximumMessageRatePerSecond, ...summary }: Room): object {
  return summary;
}
