import { Aspects, AspectPriority, Stage } from 'aws-cdk-lib';
import type { CfnRoom } from 'aws-cdk-lib/aws-ivschat';
import type { Construct, IConstruct } from 'constructs';
import { appState } from '../private/app-state';
import { warn } from '../private/errors';

const CREATE_CHAT_TOKEN = 'ivschat:CreateChatToken';

/**
 * Warns at the end of synthesis if users could exempt themselves from moderation: a token endpoint takes the attribute from the request,
 * or another principal of the app can create chat tokens for a moderated room, with any attributes.
 *
 * @param moderation the construct with the property `exempt`
 * @param isModerated whether it moderates a room
 * @param attributes names of the attributes that exempt a sender
 */
export function warnAboutExemptSenders(moderation: Construct, isModerated: (room: CfnRoom) => boolean, attributes: string[]): void {
  const visit = (construct: IConstruct) => {
    if (construct !== moderation) return;
    warnAboutRequests(moderation, attributes);
    warnAboutPrincipals(moderation, isModerated, attributes);
  };
  Aspects.of(moderation).add({ visit }, { priority: AspectPriority.READONLY });
}

function warnAboutRequests(moderation: Construct, attributes: string[]): void {
  for (const { construct, requestAttributes } of appState(moderation).tokenEndpoints) {
    const name = attributes.find(attribute => requestAttributes.includes(attribute));
    if (name === undefined) continue;
    warn(moderation, 'exemptByRequest',
      `Senders are exempt by the attribute ${name}, which ${construct.node.path} takes from the request: all users can exempt themselves. Use ChatAttribute.fromClaim(), or SenderMatch.role().`);
  }
}

function warnAboutPrincipals(moderation: Construct, isModerated: (room: CfnRoom) => boolean, attributes: string[]): void {
  const stage = Stage.of(moderation) ?? moderation.node.root;
  const grants = appState(moderation).roomGrants.get(stage)?.inRolePolicy ?? [];
  const grant = grants.find(({ room, statement }) => isModerated(room) && statement.actions.includes(CREATE_CHAT_TOKEN));
  if (!grant) return;
  warn(moderation, 'exemptByOtherTokens',
    `Senders are exempt by the attribute ${attributes.join(', ')}, and ${grant.role.node.path} can create chat tokens for ${grant.room.node.scope!.node.path} with any attributes. Acknowledge this warning if it never takes these attributes from a request, or issue the tokens with a ChatTokenEndpoint.`);
}
