/** A synthesized template, as far as the summary reads it. */
export interface Template {
  readonly Resources: Record<string, Resource>;
  readonly Outputs?: Record<string, { readonly Value: unknown; readonly Description?: string }>;
}

interface Resource {
  readonly Type: string;
  readonly Properties?: any;
  readonly Metadata?: { readonly 'aws:cdk:path'?: string };
}

/** What a template deploys, as tables: in each, all rows have the same number of cells. */
export interface Summary {
  readonly resourceCount: number;
  readonly sections: Section[];
}

export interface Section {
  readonly title: string;
  readonly rows: string[][];
}

/**
 * Says what a template with chat rooms would deploy.
 *
 * @param codeSize the size in bytes of the code with this S3 key
 */
export function summarize(template: Template, codeSize: (s3Key: string) => number): Summary {
  const resources = Object.entries(template.Resources).filter(([, { Type }]) => Type !== 'AWS::CDK::Metadata');
  const ofType = (type: string) => resources.filter(([, { Type }]) => Type === type).map(([id, { Properties }]) => ({ id, ...Properties }));
  const name = (value: unknown): string => nameOf(template, value);

  const sections: Section[] = [
    {
      title: 'Rooms',
      rows: ofType('AWS::IVSChat::Room').flatMap(room => [
        [name(room.id), `up to ${room.MaximumMessageLength ?? 500} characters, ${room.MaximumMessageRatePerSecond ?? 10} messages a second`],
        ['', reviewOf(room.MessageReviewHandler, name)],
        ['', room.LoggingConfigurationIdentifiers ? `logged by ${room.LoggingConfigurationIdentifiers.map(name).join(', ')}` : 'not logged'],
      ]),
    },
    {
      title: 'Chat logs',
      rows: ofType('AWS::IVSChat::LoggingConfiguration').map(log => [name(log.id), `to ${destinationOf(log.DestinationConfiguration, name)}`]),
    },
    {
      title: 'Functions',
      rows: ofType('AWS::Lambda::Function').map(fn => [
        name(fn.id), `${fn.Runtime} on ${fn.Architectures?.[0] ?? 'x86_64'}`, `${fn.MemorySize ?? 128} MB`,
        `${Math.round(codeSize(fn.Code.S3Key) / 1000)} kB`, fn.Description ?? '',
      ]),
    },
    {
      title: 'URLs',
      rows: ofType('AWS::Lambda::Url').map(url => [
        name(url.TargetFunctionArn), url.AuthType === 'AWS_IAM' ? 'signed requests only (AWS_IAM)' : 'open to everyone',
      ]),
    },
    {
      title: 'Log groups',
      rows: ofType('AWS::Logs::LogGroup').map(group => [
        name(group.id), group.RetentionInDays ? `kept for ${group.RetentionInDays} days` : 'kept for ever', group.LogGroupName ?? '',
      ]),
    },
    { title: 'Who may do what', rows: [...grants(template), ...permissions(ofType('AWS::Lambda::Permission'), name)] },
    {
      title: 'Alarms',
      rows: ofType('AWS::CloudWatch::Alarm').map(alarm => [
        name(alarm.id), `${alarm.MetricName} of ${alarm.Dimensions.map((dimension: any) => name(dimension.Value)).join(', ')}`,
        `at least ${alarm.Threshold} in ${alarm.Period / 60} minutes`,
      ]),
    },
    { title: 'Outputs', rows: Object.entries(template.Outputs ?? {}).map(([id, { Description }]) => [id, Description ?? '']) },
  ];
  return { resourceCount: resources.length, sections: sections.filter(({ rows }) => rows.length > 0) };
}

function reviewOf(handler: any, name: (value: unknown) => string): string {
  if (!handler?.Uri) return 'not reviewed';
  return `reviewed by ${name(handler.Uri)} (${handler.FallbackResult ?? 'ALLOW'} if that fails)`;
}

function destinationOf(destination: any, name: (value: unknown) => string): string {
  const [[kind, value]] = Object.entries<any>(destination);
  const words: Record<string, string> = { CloudWatchLogs: 'log group', S3: 'bucket', Firehose: 'delivery stream' };
  return `${words[kind]} ${Object.values(value).map(name).join('')}`;
}

/** One row for each role and resource, with all actions of all its policies. */
function grants(template: Template): string[][] {
  const actions = new Map<string, string[]>();
  for (const { Type, Properties } of Object.values(template.Resources)) {
    if (Type !== 'AWS::IAM::Policy') continue;
    for (const role of Properties.Roles) {
      for (const statement of Properties.PolicyDocument.Statement) {
        const key = JSON.stringify([nameOf(template, role), nameOf(template, statement.Resource)]);
        actions.set(key, [...actions.get(key) ?? [], ...[statement.Action].flat()]);
      }
    }
  }
  const rows = [...actions].map(([key, allowed]): string[] => [...JSON.parse(key), allowed.join(', ')]);
  rows.sort(([a], [b]) => a.localeCompare(b));
  return rows.map(([who, ...rest], index) => [who === rows[index - 1]?.[0] ? '' : who, ...rest]);
}

function permissions(resources: any[], name: (value: unknown) => string): string[][] {
  return resources.map(({ Principal, FunctionName, Action }) => [Principal, name(FunctionName), Action]);
}

/** The name a reader knows a resource by: its id in the code. The role of a function goes by the function's. */
function nameOf(template: Template, value: unknown): string {
  const id = typeof value === 'string' ? value : referenced(value);
  const resource = id === undefined ? undefined : template.Resources[id];
  if (resource === undefined) return typeof value === 'string' ? value : JSON.stringify(value);
  if (resource.Type === 'AWS::IAM::Role') {
    const fn = Object.entries(template.Resources)
      .find(([, { Type, Properties }]) => Type === 'AWS::Lambda::Function' && referenced(Properties.Role) === id);
    if (fn) return nameOf(template, fn[0]);
  }
  const ids = (resource.Metadata?.['aws:cdk:path'] ?? `/${id}`).split('/').slice(1);
  return ids.filter((part, index) => index < ids.length - 1 || part !== 'Resource').join('/');
}

function referenced(value: unknown): string | undefined {
  const { 'Ref': id, 'Fn::GetAtt': attribute } = value as { 'Ref'?: string; 'Fn::GetAtt'?: string[] };
  return id ?? attribute?.[0];
}
