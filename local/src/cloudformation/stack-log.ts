import { describeResource, type ResourceRequest } from './resource-type';
import type { StackResource } from './stack-resource';
import type { UnusableValue } from './unusable-values';
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

  /** @param standIn the stand-in that the output refers to */
  public outputUnresolved(output: string, standIn: Subject, reason: string): void {
    const text = `${reason.replace(/\.$/, '')}, because ${describeResource(standIn)} is a stand-in: the stack is deployed without this output`;
    this.notice(text, { output, notice: 'unresolved-output', standIn: standIn.logicalId, reason });
  }

  /** @param resource the resource whose address the output has */
  public deadOutput(output: string, resource: Subject): void {
    const text = `The output ${output} is an address of ${describeResource(resource)}, which does not run on this machine: it leads nowhere`;
    this.notice(text, { output, notice: 'dead-address', of: resource.logicalId });
  }

  /** Reports values of a resource's properties that do not work as in AWS. */
  public unusableValue(resource: Subject, value: UnusableValue, of: Subject | undefined): void {
    const { path, kind: notice } = value;
    const text = value.kind === 'dead-address'
      ? `has ${path} with an address of ${of ? describeResource(of) : value.logicalId}, which does not run on this machine: it leads nowhere`
      : `has ${path} with the dynamic reference ${value.reference}, which is not resolved: it stays as it is`;
    const data = value.kind === 'dead-address' ? { of: value.logicalId } : { reference: value.reference };
    this.notice(`${describeResource(resource)} ${text}`, { logicalId: resource.logicalId, type: resource.type, notice, path, ...data });
  }

  private notice(text: string, data: object): void {
    this.liveLog.record({ kind: 'notice', level: 'warning', text: `${this.stack}: ${text}`, data: { stack: this.stack, ...data } });
  }

  private record(resource: Subject, text: string, data: object): void {
    const { logicalId, type } = resource;
    this.liveLog.record({ kind: 'resource', text: `${this.stack}: ${describeResource(resource)} ${text}`, data: { stack: this.stack, logicalId, type, ...data } });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
