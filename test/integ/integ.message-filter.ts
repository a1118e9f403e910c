/**
 * A room has a message filter, whose function answers as the rules say: it denies with a reason, masks, and leaves out exempt senders. The
 * alias has the version that is ready.
 */
import { ExpectedResult, Match } from '@aws-cdk/integ-tests-alpha';
import { CfnVersion } from 'aws-cdk-lib/aws-lambda';
import { ChatRoom, FilterAction, FilterRule, MessageFilter, SenderMatch, WordList } from '../../src';
import { getRoom, integTest } from '../support/integ-test';

export const { stack, integ } = integTest('MessageFilter');

const filter = new MessageFilter(stack, 'Filter', {
  rules: [
    FilterRule.words(WordList.of('darn'), { action: FilterAction.DENY, reason: 'Please stay friendly.', ruleName: 'friendly' }),
    FilterRule.words(WordList.of('idiot*')),
    FilterRule.links({ allowedDomains: ['example.com'], action: FilterAction.COUNT }),
  ],
  exempt: [SenderMatch.attribute('role', 'moderator')],
  provisionedConcurrentExecutions: 1,
  detachOnDelete: true,
});
const room = new ChatRoom(stack, 'Room', { messageReviewHandler: filter });

// Its id contains a hash of the code, so that each change of the function would be a change of the stored template.
const version = filter.node.findAll().find(construct => construct instanceof CfnVersion)!;
version.overrideLogicalId('FilterVersion');

getRoom(integ, room.roomArn).expect(ExpectedResult.objectLike({
  messageReviewHandler: { uri: filter.handlerUri, fallbackResult: 'DENY' },
}));

/** The response of the function to a message, as the service sends it. */
function expectResponse(content: string, tokenAttributes: object, response: object): void {
  const call = integ.assertions.awsApiCall('lambda', 'Invoke', {
    FunctionName: filter.handlerUri,
    Payload: JSON.stringify({
      Content: content,
      MessageId: 'WhO6MW6iRdS5',
      RoomArn: 'arn:aws:ivschat:us-east-1:111122223333:room/AbCdEfGhIjKl',
      Attributes: {},
      Sender: { UserId: 'ada', Ip: '192.0.2.1', Attributes: tokenAttributes },
    }),
  });
  // The policy that the call gets is for an action with the name of the API operation.
  call.provider.addToRolePolicy({ Effect: 'Allow', Action: ['lambda:InvokeFunction'], Resource: [filter.handlerUri] });
  // The alias is ready when the room is.
  call.node.addDependency(room);
  call.expect(ExpectedResult.objectLike({ Payload: Match.serializedJson(response) }));
}

expectResponse('d a r n', {}, { ReviewResult: 'DENY', Content: 'd a r n', Attributes: { Reason: 'Please stay friendly.' } });
expectResponse('1diots, see https://example.org', {}, { ReviewResult: 'ALLOW', Content: '******, see https://example.org' });
expectResponse('darn', { role: 'moderator' }, { ReviewResult: 'ALLOW', Content: 'darn' });
