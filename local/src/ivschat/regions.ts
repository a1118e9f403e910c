import type { Environment } from '../environment';

/** Regions that have Amazon IVS Chat. Documented (AWS General Reference). */
export const CHAT_REGIONS: readonly string[] = [
  'ap-northeast-1', 'ap-northeast-2', 'ap-south-1', 'eu-central-1', 'eu-west-1', 'us-east-1', 'us-west-2',
];

/** Account and region of environment-agnostic stacks. */
export const DEFAULT_ENVIRONMENT: Environment = { account: '111122223333', region: 'us-east-1' };

/** Throws if Amazon IVS Chat is not available in the region. */
export function checkChatRegion(region: string): void {
  if (CHAT_REGIONS.includes(region)) return;
  throw new Error(`Amazon IVS Chat is not available in ${region}: choose one of ${CHAT_REGIONS.join(', ')}.`);
}
