import type { Environment } from '../environment';

export function roomArn({ account, region }: Environment, id: string): string {
  return `arn:aws:ivschat:${region}:${account}:room/${id}`;
}

export function loggingConfigurationArn({ account, region }: Environment, id: string): string {
  return `arn:aws:ivschat:${region}:${account}:logging-configuration/${id}`;
}
