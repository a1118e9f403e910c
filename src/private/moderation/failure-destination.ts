import { CfnResource } from 'aws-cdk-lib';
import { CfnEventInvokeConfig, type Function, type IDestination } from 'aws-cdk-lib/aws-lambda';
import type { CfnTopic } from 'aws-cdk-lib/aws-sns';
import type { CfnQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct, IConstruct } from 'constructs';
import { validateType } from '../argument-types';
import { lit, validationError } from '../errors';
import { referencedConstruct } from '../referenced-construct';

export function validateFailureDestination(scope: Construct, destination: IDestination | undefined): void {
  if (destination === undefined) return;
  validateType(scope, 'onFailure', destination, 'bind', 'a destination', 'new destinations.SqsDestination(queue)');
}

/**
 * Throws at synthesis if events that a function failed on, which contain messages, would go to a queue or a topic that is not encrypted.
 *
 * Queues are encrypted unless that is turned off. Buckets and event buses are always encrypted. Imports are not known.
 */
export function validateEncryptionAtSynthesis(scope: Construct, fn: Function): void {
  scope.node.addValidation({
    validate: () => {
      for (const construct of fn.node.findAll()) {
        if (!CfnEventInvokeConfig.isCfnEventInvokeConfig(construct)) continue;
        const config = construct.destinationConfig as CfnEventInvokeConfig.DestinationConfigProperty | undefined;
        const { destination } = config?.onFailure as CfnEventInvokeConfig.OnFailureProperty | undefined ?? {};
        validateEncryption(scope, referencedConstruct(destination));
      }
      return [];
    },
  });
}

function validateEncryption(scope: Construct, destination: IConstruct | undefined): void {
  const advice = destination && encryptionAdvice(destination);
  if (advice === undefined) return;
  throw validationError(scope, lit`FailureDestinationNotEncrypted`,
    `onFailure must be an encrypted destination, because it receives messages of the chat, got ${destination!.node.path}: ${advice}`);
}

/** Looks at the type, so that the modules of these services are not loaded. */
function encryptionAdvice(destination: IConstruct): string | undefined {
  const type = CfnResource.isCfnResource(destination) ? destination.cfnResourceType : undefined;
  if ((destination as CfnTopic | CfnQueue).kmsMasterKeyId !== undefined) return undefined;
  if (type === 'AWS::SNS::Topic') return 'set masterKey on the topic';
  if (type === 'AWS::SQS::Queue' && (destination as CfnQueue).sqsManagedSseEnabled === false) return 'remove encryption: QueueEncryption.UNENCRYPTED from the queue';
  return undefined;
}
