import type { Queues } from './queues';
import { ExpectedError } from '../expected-error';
import type { Authorize } from '../iam/authorize';
import { serviceCaller } from '../iam/callers';

/** Sends a record to a queue with the permissions of a role. Throws an ExpectedError if that is not possible. */
export type SendRecord = (queueArn: string, body: string, roleArn: string, sessionName: string) => void;

export function queueDestination(queues: Queues, authorize: Authorize): SendRecord {
  return (queueArn, body, roleArn, sessionName) => {
    const caller = serviceCaller(roleArn, sessionName, 'sqs');
    authorize(caller, { action: 'sqs:SendMessage', resource: queueArn, context: {} });
    const queue = queues.findByArn(queueArn);
    if (!queue) throw new ExpectedError(`the queue ${queueArn} does not exist`);
    queue.send({ body, attributes: {}, systemAttributes: {}, senderId: caller.identity.userId });
  };
}
