import type { LiveLog } from '../../live-log/live-log';
import { describeResource, type ResourceRequest } from '../resource-type';

/** Properties without an effect in AWS either. */
const DESCRIPTIVE = ['Description', 'Tags'];

/** Warns about properties without an effect, so that users do not take them for tested. */
export function warnAboutIgnoredProperties(liveLog: LiveLog, request: ResourceRequest, supported: readonly string[]): void {
  const ignored = Object.keys(request.properties).filter(name => !supported.includes(name) && !DESCRIPTIVE.includes(name));
  if (ignored.length === 0) return;
  const verb = ignored.length === 1 ? 'is' : 'are';
  warn(liveLog, request, `has ${ignored.sort().join(', ')}, which ${verb} ignored`);
}

export function warn(liveLog: LiveLog, request: ResourceRequest, text: string): void {
  liveLog.record({ kind: 'notice', level: 'warning', text: `${request.stackName}: ${describeResource(request)} ${text}` });
}
