import { CfnQueryDefinition, type ILogGroupRef } from 'aws-cdk-lib/aws-logs';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct } from 'constructs';
import { QUERIES } from './chat-log-query-strings';
import { validateProps, validateText, validateType } from '../private/argument-types';
import { lit, validationError } from '../private/errors';
import { MAX_QUERY_NAME_LENGTH } from '../private/limits';
import { isLiteral } from '../private/validation';

/**
 * Properties of the saved queries.
 */
export interface ChatLogQueriesProps {
  /**
   * The log group of the chat log: the destination of a logging configuration, with the class `STANDARD`.
   */
  readonly chatLog: ILogGroupRef;

  /**
   * Folder of the queries in CloudWatch Logs Insights.
   *
   * @default - the path of the construct
   */
  readonly folder?: string;
}

/**
 * Saved queries of CloudWatch Logs Insights for a chat log. Each is named after the question that it answers.
 *
 * Replace the words in capital letters, such as `ROOM_ID`, before you run a query. Saved queries are free, each run costs by the data
 * that it scans.
 *
 * @example
 * declare const logGroup: logs.LogGroup;
 *
 * new ivschat.ChatLogQueries(this, 'Queries', { chatLog: logGroup });
 *
 * @see https://github.com/cdk-ivschat/cdk-ivschat/blob/main/docs/logging.md#saved-queries
 */
@propertyInjectable
export class ChatLogQueries extends Construct {
  /** Uniquely identifies this class for property injection. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-ivschat.ChatLogQueries';

  constructor(scope: Construct, id: string, props: ChatLogQueriesProps) {
    super(scope, id);
    validateProps(this, props, '{ chatLog: logGroup }');
    const { chatLog, folder = this.node.path } = props;
    validateType(this, 'chatLog', chatLog, 'logGroupRef', 'a log group', 'new logs.LogGroup(this, \'ChatLog\')');
    this.validateFolder(folder);
    for (const [query, { question, commands }] of Object.entries(QUERIES)) {
      new CfnQueryDefinition(this, query, {
        name: `${folder}/${question}`,
        logGroupNames: [chatLog.logGroupRef.logGroupName],
        queryString: commands.join('\n| '),
      });
    }
  }

  private validateFolder(folder: string): void {
    validateText(this, 'folder', folder, 'pass a string such as "chat", or omit the property');
    const maximum = MAX_QUERY_NAME_LENGTH - Math.max(...Object.values(QUERIES).map(({ question }) => question.length)) - '/'.length;
    if (!isLiteral(folder) || folder.length <= maximum) return;
    throw validationError(this, lit`FolderTooLong`,
      `folder must have at most ${maximum} characters, got ${folder.length} (${JSON.stringify(folder)}): pass a shorter name`);
  }
}
