import { Aspects, AspectPriority, Stack, Token, TokenComparison } from 'aws-cdk-lib';
import type { Construct, IConstruct } from 'constructs';
import { appState } from '../private/app-state';
import { warn } from '../private/errors';
import { handlerUri } from '../private/grants/reviewers';
import type { TokenCreator } from '../private/grants/token-creators';

/**
 * Warns at the end of synthesis if users could exempt themselves from a filter: a token endpoint takes the attribute from what users choose,
 * or another principal of the app can create chat tokens for a room that has or could have the filter, with any attributes.
 *
 * @param uri the handler of the rooms
 * @param attributes names of the attributes that exempt a sender
 */
export function warnAboutExemptSenders(filter: Construct, uri: string, attributes: string[]): void {
  const visit = (construct: IConstruct) => {
    if (construct !== filter) return;
    warnAboutUserAttributes(filter, attributes);
    warnAboutTokenCreators(filter, uri, attributes);
  };
  Aspects.of(filter).add({ visit }, { priority: AspectPriority.READONLY });
}

function warnAboutUserAttributes(filter: Construct, attributes: string[]): void {
  for (const { construct, userAttributes } of appState(filter).tokenEndpoints) {
    const name = attributes.find(attribute => userAttributes.has(attribute));
    if (name === undefined) continue;
    warn(filter, 'exemptByUserAttribute',
      `Senders are exempt by the attribute ${name}, which ${construct.node.path} takes from ${userAttributes.get(name)}: users can exempt themselves. Use a claim that users cannot change, or SenderMatch.role().`);
  }
}

function warnAboutTokenCreators(filter: Construct, uri: string, attributes: string[]): void {
  const creator = appState(filter).tokenCreators.find(other => canHaveFilter(other, filter, uri));
  if (!creator) return;
  warn(filter, 'exemptByOtherTokens',
    `Senders are exempt by the attribute ${attributes.join(', ')}, and ${creator.principal} can create chat tokens for ${creator.rooms} with any attributes. Acknowledge this warning if it never takes these attributes from a request, or issue the tokens with a ChatTokenEndpoint.`);
}

/** Rooms that are not resources of the app can have the filter if they are in its account and region, which are not always known. */
function canHaveFilter({ env, room }: TokenCreator, filter: Construct, uri: string): boolean {
  // The ARN is a token with the same string for all rooms.
  if (room) return handlerUri(room) === uri;
  const { account, region } = Stack.of(filter);
  return canBeEqual(env.account, account) && canBeEqual(env.region, region);
}

function canBeEqual(one: string, other: string): boolean {
  return Token.compareStrings(one, other) !== TokenComparison.DIFFERENT;
}
