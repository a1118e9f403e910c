const ROLE = { Type: 'AWS::IAM::Role', Properties: { AssumeRolePolicyDocument: { Version: '2012-10-17', Statement: [] } } };

/** A handler that masks, denies, counts and fails, with metrics as `MessageFilter` writes them. */
export const REVIEW = `
  const metric = (name, rule) => process.stdout.write(JSON.stringify({ _aws: { CloudWatchMetrics: [] }, FunctionName: 'f', Rule: rule, [name]: 1 }) + '\\n');
  exports.handler = async ({ Attributes, Content, Sender }) => {
    if (Content === 'broken') throw new TypeError('cannot review ' + Content);
    if (Content === 'slow') await new Promise(resolve => setTimeout(resolve, 400));
    if (Content === 'nonsense') return '{"reviewResult":"ALLOW"}';
    if (Sender.Attributes.role === 'moderator') return { ReviewResult: 'ALLOW', Content };
    if (/count/.test(Content)) metric('Counted', 'trial');
    if (/darn/.test(Content)) {
      metric('Denied', 'words');
      return { ReviewResult: 'DENY', Content, Attributes: { Reason: 'Be kind.' } };
    }
    if (/rude/.test(Content)) return { ReviewResult: 'DENY', Content, Attributes: { Reason: 'Not ' + Content } };
    if (Attributes.title === 'heck') {
      metric('Masked', 'titles');
      return { ReviewResult: 'ALLOW', Content, Attributes: { title: '****' } };
    }
    if (/heck/.test(Content)) metric('Masked', 'words');
    return { ReviewResult: 'ALLOW', Content: Content.replace('heck', '****'), Attributes };
  };
`;

/** Resources of a room with a review handler, by the name of the room. */
export function reviewedRoom(name: string, source = REVIEW, fallbackResult = 'DENY'): object {
  const id = name.replace(/\W/g, '');
  return {
    [`${id}Role`]: ROLE,
    [`${id}Review`]: {
      Type: 'AWS::Lambda::Function',
      Properties: { Runtime: 'nodejs20.x', Handler: 'index.handler', Role: { 'Fn::GetAtt': [`${id}Role`, 'Arn'] }, Code: { ZipFile: source } },
    },
    [`${id}Permission`]: {
      Type: 'AWS::Lambda::Permission', Properties: { Action: 'lambda:InvokeFunction', FunctionName: { Ref: `${id}Review` }, Principal: 'ivschat.amazonaws.com' },
    },
    [`${id}Room`]: {
      Type: 'AWS::IVSChat::Room',
      DependsOn: `${id}Permission`,
      Properties: { Name: name, MessageReviewHandler: { Uri: { 'Fn::GetAtt': [`${id}Review`, 'Arn'] }, FallbackResult: fallbackResult } },
    },
  };
}

/** A template as JSON. */
export const templateOf = (...resources: object[]) => JSON.stringify({ Resources: Object.assign({}, ...resources) as object });

let lastId = 0;

/** A line of a chat log. */
export function logLine(content: string, { attributes = {}, id = `M${String(++lastId).padStart(11, '0')}`, senderAttributes = {} } = {}): string {
  return `${JSON.stringify({
    event_timestamp: '2026-01-05T14:33:32.894Z',
    type: 'MESSAGE',
    version: '1.0',
    payload: { Type: 'MESSAGE', Id: id, Attributes: attributes, Content: content, Sender: { UserId: 'ada', Attributes: senderAttributes } },
  })}\n`;
}

/** The line of a chat log about a message that a moderator deleted. */
export function deletionLine(messageId: string): string {
  return `${JSON.stringify({ type: 'EVENT', version: '1.0', payload: { Type: 'EVENT', EventName: 'aws:DELETE_MESSAGE', Attributes: { MessageID: messageId } } })}\n`;
}

export const caseLine = (content: string, expect: string, more: object = {}) => `${JSON.stringify({ content, expect, ...more })}\n`;
