import type { LiveLog } from '../../live-log/live-log';
import type { ObjectSchema, Schema } from '../property-schema';
import { describeResource, type ResourceRequest } from '../resource-type';

/** Properties without an effect in AWS either. */
const DESCRIPTIVE = ['Description', 'Tags'];

/** Schema of a type whose other properties are accepted and reported. */
export function open(properties: Readonly<Record<string, Schema>>, required: readonly string[] = []): ObjectSchema {
  return { type: 'object', open: true, properties, required };
}

/** Warns about properties without an effect, so that users do not take them for tested. */
export function warnAboutIgnoredProperties(liveLog: LiveLog, request: ResourceRequest, { properties }: ObjectSchema): void {
  const ignored = Object.keys(request.properties).filter(name => !Object.hasOwn(properties, name) && !DESCRIPTIVE.includes(name));
  if (ignored.length === 0) return;
  const verb = ignored.length === 1 ? 'is' : 'are';
  warn(liveLog, request, `has ${ignored.sort().join(', ')}, which ${verb} ignored`, { notice: 'ignored', properties: ignored });
}

/** What a notice is about, for programs. */
export interface Notice {
  readonly notice:
    'allows-nothing' | 'api-key' | 'ignored' | 'missing-destination' | 'missing-user-pool' | 'region' | 'stand-in' | 'unknown-managed-policy' | 'unknown-role';
  readonly [detail: string]: unknown;
}

/** Warns about a resource. */
export function warn(liveLog: LiveLog, request: ResourceRequest, text: string, notice: Notice): void {
  recordNotice(liveLog, request, text, notice, 'warning');
}

export function inform(liveLog: LiveLog, request: ResourceRequest, text: string, notice: Notice): void {
  recordNotice(liveLog, request, text, notice, 'info');
}

function recordNotice(liveLog: LiveLog, request: ResourceRequest, text: string, notice: Notice, level: 'info' | 'warning'): void {
  const { logicalId, stackName: stack, type } = request;
  liveLog.record({ kind: 'notice', level, text: `${stack}: ${describeResource(request)} ${text}`, data: { stack, logicalId, type, ...notice } });
}
