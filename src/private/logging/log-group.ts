import { AspectPriority, Aspects, Stack } from 'aws-cdk-lib';
import { CfnKey } from 'aws-cdk-lib/aws-kms';
import { CfnLogGroup, type ILogGroupRef } from 'aws-cdk-lib/aws-logs';
import type { IConstruct } from 'constructs';
import { filtersOf } from './log-group-filters';
import { warn } from '../errors';
import { l1Of, referencedConstruct } from '../referenced-construct';

const CLASSES_PAGE = 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch_Logs_Log_Classes.html';
const KEY_PAGE = 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html';

/**
 * Warns about a log group of this app that cannot be created, or that cannot contain a chat log.
 *
 * Looks at the end of synthesis, because filters, key policies and the L1 can be changed until then.
 *
 * @param scope the logging configuration
 */
export function checkLogGroupAtSynthesis(scope: IConstruct, logGroup: ILogGroupRef): void {
  const resource = l1Of(logGroup);
  if (!CfnLogGroup.isCfnLogGroup(resource)) return;
  const visit = (construct: IConstruct) => {
    if (construct !== scope) return;
    warnIfClassIsUnsuitable(scope, resource);
    warnIfKeyIsInaccessible(scope, resource);
  };
  Aspects.of(scope).add({ visit }, { priority: AspectPriority.READONLY });
}

function warnIfClassIsUnsuitable(scope: IConstruct, logGroup: CfnLogGroup): void {
  if (logGroup.logGroupClass === 'DELIVERY') {
    warn(scope, 'logGroupClassDelivery',
      `The log group of the chat log has the class DELIVERY, which is only for logs of AWS Lambda. Use the class STANDARD or INFREQUENT_ACCESS: ${CLASSES_PAGE}`);
  }
  if (logGroup.logGroupClass === 'INFREQUENT_ACCESS') {
    const [filter] = filtersOf(logGroup, logGroup);
    if (!filter) return;
    warn(scope, 'logGroupClassWithoutFilters',
      `The log group of the chat log has the class INFREQUENT_ACCESS, which supports neither subscription filters nor metric filters such as ${filter.node.path}. Use the class STANDARD, or remove the filter: ${CLASSES_PAGE}`);
  }
}

/** Without a key policy in the template, the default policy applies, which allows the use by no service. */
function warnIfKeyIsInaccessible(scope: IConstruct, logGroup: CfnLogGroup): void {
  const key = referencedConstruct(logGroup.kmsKeyId);
  if (!CfnKey.isCfnKey(key)) return;
  const policy = Stack.of(key).resolve(key.keyPolicy) as { Statement?: Statement | Statement[] } | undefined;
  if ([policy?.Statement ?? []].flat().some(mayAllowCloudWatchLogs)) return;
  warn(scope, 'logGroupEncryptedWithInaccessibleKey',
    `The log group of the chat log is encrypted with ${key.node.path}, whose policy does not allow CloudWatch Logs to use the key. The log group cannot be created. Add a statement for logs.<region>.amazonaws.com to the key policy: ${KEY_PAGE}`);
}

interface Statement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly NotPrincipal?: unknown;
}

/** What cannot be known, such as a principal with a token, may allow it. */
function mayAllowCloudWatchLogs({ Effect, NotPrincipal, Principal }: Statement): boolean {
  if (Effect !== 'Allow') return false;
  if (NotPrincipal !== undefined || Principal === '*') return true;
  const { AWS, Service } = (Principal ?? {}) as { readonly AWS?: unknown; readonly Service?: unknown };
  return [AWS].flat().includes('*')
    || [Service ?? []].flat().some(service => typeof service !== 'string' || service === '*' || service.startsWith('logs.'));
}
