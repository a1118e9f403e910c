import { type CfnElement, CfnResource, type CustomResource, Fn, Lazy, Stack } from 'aws-cdk-lib';
import type { Function } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { ChatProvider } from './provider';
import { MAX_LISTED_SETTINGS, SETTINGS_LIST, settingsKey } from './settings-list';
import { appState, mapOf } from '../private/app-state';
import { resourceIdOf } from '../private/arns';
import { allow } from '../private/grants/statements';
import { referencedConstructs } from '../private/referenced-construct';

/** Properties of the custom resource. CloudFormation passes all scalars as strings. */
export interface RoomSettingsProperties {
  readonly RoomArn: string;
  readonly MaximumMessageLength?: number;
  /** 1 to 100 */
  readonly MaximumMessageRatePerSecond?: number;
  /** An empty URI detaches the current handler. */
  readonly MessageReviewHandler?: { readonly Uri: string; readonly FallbackResult?: string };
  readonly LoggingConfigurationIdentifiers?: string[];
  readonly Tags?: Record<string, string>;
}

/** Applies settings to a room that is not defined in this app. */
export function applyRoomSettings(scope: Construct, properties: RoomSettingsProperties): CustomResource {
  const provider = ChatProvider.of(scope);
  if (isListed(scope, properties.RoomArn)) {
    const handler = provider.node.findChild('Handler') as Function;
    handler.addEnvironment(SETTINGS_LIST, Lazy.uncachedString({ produce: () => settingsListOf(Stack.of(scope)) }));
  }
  return provider.addResource(scope, 'Settings', {
    resourceType: 'Custom::IVSChatRoomSettings',
    properties: { ...properties },
    // Another room gets another logical ID. In an update of the same resource, the policy would already name the new room
    // when the settings are removed from the old one.
    subject: resourceIdOf(scope, properties.RoomArn),
    // All actions, whichever settings there are: a deployment that removes a setting also needs permission to undo it.
    statements: [allow(['ivschat:GetRoom', 'ivschat:TagResource', 'ivschat:UntagResource', 'ivschat:UpdateRoom'], properties.RoomArn)],
  });
}

/** Not if the ARN comes from a resource: the handler would depend on that resource, which can depend on the handler. */
function isListed(scope: Construct, roomArn: string): boolean {
  return !referencedConstructs(scope, roomArn).some(CfnResource.isCfnResource);
}

/** Lists the settings of a stack, at the end of synthesis. */
function settingsListOf(stack: Stack): string | undefined {
  const settings = [...mapOf(appState(stack).roomSettings, stack).values()].filter(({ construct, roomArn }) => isListed(construct, roomArn));
  if (settings.length > MAX_LISTED_SETTINGS) return undefined;
  return Fn.join(',', settings.map(({ construct, roomArn }) => {
    const { logicalId } = construct.node.defaultChild as CfnElement;
    return Fn.join('=', [resourceIdOf(construct, roomArn), settingsKey(stack.resolve(logicalId) as string)]);
  }));
}
