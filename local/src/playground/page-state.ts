import type { PlaygroundOptions } from './playground';

/** What there is now: rooms with what they refer to, and stacks. */
export function pageState({ controlPlane, deployment, environment }: PlaygroundOptions): object {
  const rooms = controlPlane.listRooms().sort((a, b) => a.createTime.getTime() - b.createTime.getTime());
  return {
    environment,
    rooms: rooms.map(({ loggingConfigurationIdentifiers, ...room }) => ({
      ...room,
      loggingConfigurations: loggingConfigurationIdentifiers.flatMap(arn => controlPlane.loggingConfiguration(arn) ?? []),
    })),
    stacks: deployment.describe().map(({ name, status, outputs }) => ({ name, status, outputs })),
  };
}
