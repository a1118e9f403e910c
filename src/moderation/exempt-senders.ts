import { Aspects, AspectPriority, Stage } from 'aws-cdk-lib';
import type { CfnRoom } from 'aws-cdk-lib/aws-ivschat';
import type { Construct, IConstruct } from 'constructs';
import { appState } from '../private/app-state';
import { warn } from '../private/errors';
import { handlerUri } from '../private/grants/reviewers';

const CREATE_CHAT_TOKEN = 'ivschat:CreateChatToken';

/**
 * Warns at the end of synthesis if users could exempt themselves from a filter: a token endpoint takes the attribute from the request,
 * or another principal of the app can create chat tokens for a room of the filter, with any attributes.
 *
 * @param uri the handler of the rooms
 * @param attributes names of the attributes that exempt a sender
 */
export function warnAboutExemptSenders(filter: Construct, uri: string, attributes: string[]): void {
  const visit = (construct: IConstruct) => {
    if (construct !== filter) return;
    warnAboutRequests(filter, attributes);
    warnAboutPrincipals(filter, uri, attributes);
  };
  Aspects.of(filter).add({ visit }, { priority: AspectPriority.READONLY });
}

function warnAboutRequests(filter: Construct, attributes: string[]): void {
  for (const { construct, requestAttributes } of appState(filter).tokenEndpoints) {
    const name = attributes.find(attribute => requestAttributes.includes(attribute));
    if (name === undefined) continue;
    warn(filter, 'exemptByRequest',
      `Senders are exempt by the attribute ${name}, which ${construct.node.path} takes from the request: all users can exempt themselves. Use ChatAttribute.fromClaim(), or SenderMatch.role().`);
  }
}

function warnAboutPrincipals(filter: Construct, uri: string, attributes: string[]): void {
  const stage = Stage.of(filter) ?? filter.node.root;
  const grants = appState(filter).roomGrants.get(stage)?.inRolePolicy ?? [];
  const grant = grants.find(({ room, statement }) => isRoomOf(room, uri) && statement.actions.includes(CREATE_CHAT_TOKEN));
  if (!grant) return;
  warn(filter, 'exemptByOtherTokens',
    `Senders are exempt by the attribute ${attributes.join(', ')}, and ${grant.role.node.path} can create chat tokens for ${grant.room.node.scope!.node.path} with any attributes. Acknowledge this warning if it never takes these attributes from a request, or issue the tokens with a ChatTokenEndpoint.`);
}

/** The ARN is a token with the same string for all rooms. */
function isRoomOf(room: CfnRoom, uri: string): boolean {
  return handlerUri(room) === uri;
}
