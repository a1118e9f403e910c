import type { Deployment } from '../cloudformation/deployments';
import type { Environment } from '../environment';
import type { ControlPlane } from '../ivschat/api/control-plane';

export interface PageStateSources {
  readonly controlPlane: ControlPlane;
  readonly deployment: Deployment;
  readonly environment: Environment;
}

/** Current rooms with their logging configurations, and current stacks. */
export function pageState({ controlPlane, deployment, environment }: PageStateSources): object {
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
