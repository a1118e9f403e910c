import { Duration, Stack, Stage } from 'aws-cdk-lib';
import { Alarm, AlarmStatusWidget, ComparisonOperator, Dashboard, type IAlarm, type IAlarmAction, type IWidget, TextWidget, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { propertyInjectable } from 'aws-cdk-lib/core/lib/prop-injectable';
import { Construct, type IConstruct } from 'constructs';
import { type AlarmDefinition, EVALUATION_PERIODS } from './alarm-definition';
import { backgroundAlarms, backgroundGraphs, taskOfBans } from './background-monitoring';
import { taskOfAutoModerator, taskOfHistory } from './chat-log-monitoring';
import { widgetOf } from './graphs';
import { type MonitoredReviewHandler, reviewHandlerAlarm, reviewHandlerGraphs } from './review-handler-monitoring';
import { serviceAlarms, serviceGraphs } from './service-monitoring';
import { tokenEndpointAlarm, tokenEndpointGraphs } from './token-endpoint-monitoring';
import type { ChatHistory } from '../history/chat-history';
import type { IMessageReviewHandler } from '../message-review-handler';
import type { AutoModerator } from '../moderation/auto-moderator';
import { appState } from '../private/app-state';
import { describeValue, validateBoolean, validateProps, validateType } from '../private/argument-types';
import { lit, validationError, warn } from '../private/errors';
import { validateSameEnvironment, warnIfRegionHasNoService } from '../private/validation';
import type { ChatBans } from '../tokens/chat-bans';
import type { ChatTokenEndpoint } from '../tokens/chat-token-endpoint';

const PAGE = 'https://github.com/cdk-ivschat/cdk-ivschat/blob/main/docs/monitoring.md';

/**
 * Properties of the monitoring.
 */
export interface ChatMonitoringProps {
  /**
   * Review handlers: each a `MessageReviewHandler` or a `MessageFilter`.
   *
   * @default - only the metrics of Amazon IVS Chat, which are for all review handlers of the account and region
   */
  readonly reviewHandlers?: IMessageReviewHandler[];

  /**
   * Token endpoints.
   *
   * @default - none
   */
  readonly tokenEndpoints?: ChatTokenEndpoint[];

  /**
   * Bans.
   *
   * @default - none
   */
  readonly bans?: ChatBans[];

  /**
   * Automatic moderators.
   *
   * @default - none
   */
  readonly autoModerators?: AutoModerator[];

  /**
   * Histories.
   *
   * @default - none
   */
  readonly histories?: ChatHistory[];

  /**
   * What each alarm does when it goes off, for example to notify a topic of Amazon SNS.
   *
   * @default - nothing
   */
  readonly alarmAction?: IAlarmAction;

  /**
   * Whether to create a dashboard. For your own, use `widgets`.
   *
   * @default false
   */
  readonly dashboard?: boolean;
}

/**
 * Alarms and graphs of the chat in an account and region.
 *
 * It has alarms on the metrics of Amazon IVS Chat, which are for all rooms, and on the given constructs. One is enough for an account
 * and region: a second one in a stack causes a warning.
 *
 * Throws if a construct is known to be in another account or region, or is passed twice.
 *
 * @example
 * declare const filter: ivschat.MessageFilter;
 * declare const tokens: ivschat.ChatTokenEndpoint;
 * declare const topic: sns.Topic;
 *
 * new ivschat.ChatMonitoring(this, 'Monitoring', {
 *   reviewHandlers: [filter],
 *   tokenEndpoints: [tokens],
 *   alarmAction: new actions.SnsAction(topic),
 *   dashboard: true,
 * });
 *
 * @see https://github.com/cdk-ivschat/cdk-ivschat/blob/main/docs/monitoring.md
 */
@propertyInjectable
export class ChatMonitoring extends Construct {
  /** Uniquely identifies this class for property injection. */
  public static readonly PROPERTY_INJECTION_ID: string = 'cdk-ivschat.ChatMonitoring';

  /**
   * All alarms.
   */
  public readonly alarms: IAlarm[];

  /**
   * Widgets for your own dashboard, each half as wide as a dashboard.
   */
  public readonly widgets: IWidget[];

  /**
   * The dashboard.
   *
   * @default - none, without `dashboard: true`
   */
  public readonly dashboard?: Dashboard;

  constructor(scope: Construct, id: string, props: ChatMonitoringProps = {}) {
    super(scope, id);
    validateProps(this, props, '{ reviewHandlers: [review] }');
    const { alarmAction, autoModerators = [], bans = [], histories = [], reviewHandlers = [], tokenEndpoints = [] } = props;
    this.validate(props);
    this.warnIfSecond();
    warnIfRegionHasNoService(this);

    const handlers = reviewHandlers as unknown as MonitoredReviewHandler[];
    const tasks = [...bans.map(taskOfBans), ...autoModerators.map(taskOfAutoModerator), ...histories.map(taskOfHistory)];
    this.alarms = [
      ...serviceAlarms(),
      ...handlers.map(handler => reviewHandlerAlarm(this.idOf(handler), handler)),
      ...tokenEndpoints.map(endpoint => tokenEndpointAlarm(this.idOf(endpoint), endpoint)),
      ...backgroundAlarms(tasks),
    ].map(definition => this.newAlarm(definition, alarmAction));
    const graphs = [
      ...serviceGraphs(),
      ...handlers.flatMap(reviewHandlerGraphs),
      ...tokenEndpoints.flatMap(tokenEndpointGraphs),
      ...tasks.flatMap(backgroundGraphs),
    ];
    this.widgets = graphs.map(widgetOf);
    if (props.dashboard) this.dashboard = this.newDashboard();
  }

  private newAlarm({ id, description, metric, section, ...definition }: AlarmDefinition, action?: IAlarmAction): Alarm {
    const alarm = new Alarm(this, id, {
      ...definition,
      metric,
      evaluationPeriods: EVALUATION_PERIODS,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      // Most metrics have values only while there is something to count.
      treatMissingData: TreatMissingData.NOT_BREACHING,
      alarmDescription: `${description} ${PAGE}#${section}`,
    });
    if (action) alarm.addAlarmAction(action);
    return alarm;
  }

  private newDashboard(): Dashboard {
    const pairs = this.widgets.flatMap((_, index) => index % 2 === 0 ? [this.widgets.slice(index, index + 2)] : []);
    return new Dashboard(this, 'Dashboard', {
      defaultInterval: Duration.hours(3),
      widgets: [
        [new TextWidget({ markdown: `# Amazon IVS Chat\n[What the alarms mean](${PAGE})`, width: 24, height: 2 })],
        [new AlarmStatusWidget({ title: 'Alarms', alarms: this.alarms, width: 24, height: 3 })],
        ...pairs,
      ],
    });
  }

  /** Returns an ID that does not change when other constructs are added or removed. */
  private idOf(construct: IConstruct): string {
    const scope = Stack.of(construct) === Stack.of(this) ? Stack.of(this) : Stage.of(construct);
    return construct.node.path.slice(scope?.node.path.length).replace(/^\//, '');
  }

  private validate(props: ChatMonitoringProps): void {
    const { alarmAction, autoModerators, bans, dashboard, histories, reviewHandlers, tokenEndpoints } = props;
    this.validateConstructs('reviewHandlers', reviewHandlers, '_functionName', 'a MessageReviewHandler or a MessageFilter', 'new MessageFilter(this, \'Filter\')');
    this.validateConstructs('tokenEndpoints', tokenEndpoints, 'grantInvokeUrl', 'a ChatTokenEndpoint', 'the construct of the endpoint');
    this.validateConstructs('bans', bans, 'deadLetterQueue', 'a ChatBans of this app', 'new ChatBans(this, \'Bans\')');
    this.validateConstructs('autoModerators', autoModerators, 'strikesTable', 'an AutoModerator', 'the construct of the moderator');
    this.validateConstructs('histories', histories, 'metricUnreadable', 'a ChatHistory of this app', 'the construct of the history');
    if (alarmAction !== undefined) validateType(this, 'alarmAction', alarmAction, 'bind', 'an alarm action', 'new SnsAction(topic)');
    validateBoolean(this, 'dashboard', dashboard);
  }

  private validateConstructs(property: string, values: unknown, marker: string, type: string, example: string): void {
    if (values === undefined) return;
    if (!Array.isArray(values)) {
      throw validationError(this, lit`MonitoredConstructsExpected`,
        `${property} must be a list, got ${describeValue(values)}: pass a list of constructs`);
    }
    values.forEach((value: IConstruct, index) => {
      validateType(this, `${property}[${index}]`, value, marker, type, example);
      const { account, region } = Stack.of(value);
      validateSameEnvironment(this, `${property}[${index}]`, { env: { account, region } });
      if (values.indexOf(value) === index) return;
      throw validationError(this, lit`MonitoredTwice`,
        `${property} must not contain a construct twice, got ${describeValue(value)}: remove one of the two`);
    });
  }

  private warnIfSecond(): void {
    const { monitoring } = appState(this);
    const stack = Stack.of(this);
    const first = monitoring.get(stack);
    if (first === undefined) {
      monitoring.set(stack, this);
      return;
    }
    warn(this, 'monitoredTwice',
      `${first.node.path} already monitors Amazon IVS Chat in this account and region. Alarms on the metrics of the service, such as the number of connections, exist twice and cost twice. Pass all constructs to one ChatMonitoring, or acknowledge this warning.`);
  }
}
