import type { Deployment } from '../cloudformation/deployments';
import type { Environment } from '../environment';
import type { ControlPlane } from '../ivschat/api/control-plane';
import type { UserPools } from '../user-pools/user-pools';

export interface PageStateSources {
  readonly controlPlane: ControlPlane;
  readonly deployment: Deployment;
  readonly environment: Environment;
  readonly userPools: UserPools;
}

/** Current rooms with their logging configurations, current stacks, and issuers of tokens. */
export function pageState({ controlPlane, deployment, environment, userPools }: PageStateSources): object {
  const rooms = controlPlane.listRooms().sort((a, b) => a.createTime.getTime() - b.createTime.getTime());
  return {
    environment,
    rooms: rooms.map(({ loggingConfigurationIdentifiers, ...room }) => ({
      ...room,
      loggingConfigurations: loggingConfigurationIdentifiers.flatMap(arn => controlPlane.loggingConfiguration(arn) ?? []),
    })),
    stacks: deployment.describe().map(({ name, status, outputs }) => ({ name, status, outputs })),
    ...userPools.describe(),
  };
}
