import { Aspects, AspectPriority, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type { CfnRoom } from 'aws-cdk-lib/aws-ivschat';
import type { Construct, IConstruct } from 'constructs';
import { appState } from '../private/app-state';
import { warn } from '../private/errors';
import type { TokenCreator } from '../private/grants/token-creators';

/**
 * Warns at the end of synthesis if users could exempt themselves from moderation: a token endpoint takes the attribute from what users
 * choose, or another principal of the app can create chat tokens for a room that is or could be moderated, with any attributes.
 *
 * @param moderation the construct with the property `exempt`
 * @param isModerated whether it moderates a room of the app
 * @param attributes names of the attributes that exempt a sender
 */
export function warnAboutExemptSenders(moderation: Construct, isModerated: (room: CfnRoom) => boolean, attributes: string[]): void {
  const visit = (construct: IConstruct) => {
    if (construct !== moderation) return;
    warnAboutUserAttributes(moderation, attributes);
    warnAboutTokenCreators(moderation, isModerated, attributes);
  };
  Aspects.of(moderation).add({ visit }, { priority: AspectPriority.READONLY });
}

function warnAboutUserAttributes(moderation: Construct, attributes: string[]): void {
  for (const { construct, userAttributes } of appState(moderation).tokenEndpoints) {
    const name = attributes.find(attribute => userAttributes.has(attribute));
    if (name === undefined) continue;
    warn(moderation, 'exemptByUserAttribute',
      `Senders are exempt by the attribute ${name}, which ${construct.node.path} takes from ${userAttributes.get(name)}: users can exempt themselves. Use a claim that users cannot change, or SenderMatch.role().`);
  }
}

function warnAboutTokenCreators(moderation: Construct, isModerated: (room: CfnRoom) => boolean, attributes: string[]): void {
  const creator = appState(moderation).tokenCreators.find(other => canEnterModeratedRoom(other, moderation, isModerated));
  if (!creator) return;
  warn(moderation, 'exemptByOtherTokens',
    `Senders are exempt by the attribute ${attributes.join(', ')}, and ${creator.principal} can create chat tokens for ${creator.rooms} with any attributes. Acknowledge this warning if it never takes these attributes from a request, or issue the tokens with a ChatTokenEndpoint.`);
}

/** Rooms that are not resources of the app can be moderated if they are in its account and region, which are not always known. */
function canEnterModeratedRoom({ env, room }: TokenCreator, moderation: Construct, isModerated: (room: CfnRoom) => boolean): boolean {
  if (room) return isModerated(room);
  const { account, region } = Stack.of(moderation);
  return canBeEqual(env.account, account) && canBeEqual(env.region, region);
}

function canBeEqual(one: string, other: string): boolean {
  return Token.compareStrings(one, other) !== TokenComparison.DIFFERENT;
}
