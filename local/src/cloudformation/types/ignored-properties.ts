import type { LiveLog } from '../../live-log/live-log';
import { describeResource } from '../resource-type';
import type { ResourceRequest } from '../resource-type';

/** For people who read the template, not for what is deployed. */
const WORDS = ['Description', 'Tags'];

/** Names what a resource asks for and does not get here, so that nobody takes it for tried. */
export function sayWhatHasNoEffect(liveLog: LiveLog, request: ResourceRequest, honoured: readonly string[]): void {
  const others = Object.keys(request.properties).filter(name => !honoured.includes(name) && !WORDS.includes(name));
  if (others.length === 0) return;
  const verb = others.length === 1 ? 'has' : 'have';
  say(liveLog, request, `says ${others.sort().join(', ')}, which ${verb} no effect here`);
}

export function say(liveLog: LiveLog, request: ResourceRequest, text: string): void {
  liveLog.record({ kind: 'notice', level: 'warning', text: `${request.stackName}: ${describeResource(request)} ${text}` });
}
