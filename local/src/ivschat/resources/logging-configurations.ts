import { Collection, type PageRequest } from './collection';
import type { Environment } from '../../environment';
import { conflict, notFound, quotaExceeded } from '../api/errors';
import { RESOURCE_QUOTAS } from '../api/quotas';
import { loggingConfigurationArn } from '../arns';
import type { Clock } from '../clock';
import { newId } from '../ids';
import { withTags } from './tags';
import type { DestinationConfiguration, LoggingConfiguration, StringMap } from '../types';

interface CreateInput {
  readonly name?: string;
  readonly destinationConfiguration: DestinationConfiguration;
  readonly tags?: StringMap;
}

interface UpdateInput {
  readonly identifier: string;
  readonly name?: string;
  readonly destinationConfiguration?: DestinationConfiguration;
}

/** Logging configurations of the account. They are ACTIVE at once, without the transitional states. */
export class LoggingConfigurations {
  public readonly all = new Collection<LoggingConfiguration>();

  constructor(private readonly environment: Environment, private readonly clock: Clock, private readonly isInUse: (arn: string) => boolean) {}

  public create(input: CreateInput, id = newId()): LoggingConfiguration {
    const arn = loggingConfigurationArn(this.environment, id);
    const tags = withTags({}, input.tags ?? {});
    if (this.all.get(arn)) throw conflict(arn, `The logging configuration ${id} already exists`);
    if (this.all.size >= RESOURCE_QUOTAS.loggingConfigurations) throw quotaExceeded(this.environment.account, 'LOGGING_CONFIGURATION', RESOURCE_QUOTAS.loggingConfigurations);
    const time = new Date(this.clock.now());
    const { name = '', destinationConfiguration } = input;
    this.all.put({ arn, id, name, createTime: time, updateTime: time, destinationConfiguration, state: 'ACTIVE', tags });
    return this.get(arn);
  }

  public get(arn: string): LoggingConfiguration {
    const found = this.all.get(arn);
    if (!found) throw notFound(arn);
    return found;
  }

  public update({ identifier, ...changes }: UpdateInput): LoggingConfiguration {
    this.all.put({ ...this.get(identifier), ...changes, updateTime: new Date(this.clock.now()) });
    return this.get(identifier);
  }

  public delete(arn: string): void {
    this.get(arn);
    if (this.isInUse(arn)) throw conflict(arn, `The logging configuration ${arn} is attached to a room: detach it from all rooms first`);
    this.all.delete(arn);
  }

  public list(request: PageRequest): object {
    const { items, nextToken } = this.all.page(request, 'all', () => true);
    return { loggingConfigurations: items, nextToken };
  }
}
