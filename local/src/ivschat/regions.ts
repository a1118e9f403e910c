import type { Environment } from '../environment';

/** Documented (general reference). */
export const CHAT_REGIONS: readonly string[] = [
  'ap-northeast-1', 'ap-northeast-2', 'ap-south-1', 'eu-central-1', 'eu-west-1', 'us-east-1', 'us-west-2',
];

/** Where a stack goes that leaves it open. ARNs ask for twelve digits, chat for a region that has it. */
export const ANYWHERE: Environment = { account: '111122223333', region: 'us-east-1' };

/** @throws a sentence if the region has no chat */
export function checkChatRegion(region: string): void {
  if (!CHAT_REGIONS.includes(region)) throw new Error(`Amazon IVS Chat is not in ${region}: it is in ${CHAT_REGIONS.join(', ')}.`);
}
