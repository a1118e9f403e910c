import { describeResource, type ResourceRequest } from './resource-type';
import type { StackResource } from './stack-resource';
import { traceOf, withSubject } from '../faults';
import type { LiveLog } from '../live-log/live-log';

type Subject = Pick<ResourceRequest, 'logicalId' | 'type'>;

const FAILURES = {
  'cleanup-failed': 'could not be cleaned up',
  'delete-failed': 'could not be deleted',
  'left-behind': 'could not be deleted and stays behind',
  'rollback-failed': 'could not be rolled back',
};

/** Records in the live log what happens to the resources of one stack. */
export class StackLog {
  constructor(private readonly stack: string, private readonly liveLog: LiveLog) {}

  public changed(resource: Subject, event: 'created' | 'deleted' | 'replaced' | 'rolled-back' | 'updated', physicalId: string): void {
    this.record(resource, `${event.replace('-', ' ')}: ${physicalId}`, { event, physicalId });
  }

  public retained(resource: StackResource, policyName: 'DeletionPolicy' | 'UpdateReplacePolicy', policy = ''): void {
    const { physicalId } = resource.state;
    this.record(resource, `retained ${physicalId} (${policyName} ${policy})`, { event: 'retained', physicalId, [policyName]: policy });
  }

  public failed(resource: StackResource, event: keyof typeof FAILURES, error: unknown, level: 'error' | 'warning' = 'error'): void {
    const { message: text } = withSubject(`${this.stack}: ${describeResource(resource)} ${FAILURES[event]}`, error);
    const { logicalId, state: { physicalId }, type } = resource;
    const data = { stack: this.stack, logicalId, type, event, physicalId, reason: reasonOf(error) };
    this.liveLog.record({ kind: 'resource', level, text, trace: traceOf(error), data });
  }

  /** @param resource the one that failed; undefined if the template or an output did */
  public deploymentFailed(error: unknown, resource: Subject | undefined): void {
    const { message: text } = withSubject(this.stack, error);
    const data = { stack: this.stack, logicalId: resource?.logicalId, type: resource?.type, event: 'failed', reason: reasonOf(error) };
    this.liveLog.record({ kind: 'resource', level: 'error', text, trace: traceOf(error), data });
  }

  private record(resource: Subject, text: string, data: object): void {
    const { logicalId, type } = resource;
    this.liveLog.record({ kind: 'resource', text: `${this.stack}: ${describeResource(resource)} ${text}`, data: { stack: this.stack, logicalId, type, ...data } });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
