import type { Properties } from '../resource-type';

/**
 * The identifiers of a resource type without an implementation, as templates with placeholders: `{region}`, `{account}`, `{name}`, `{id}`, `{arn}`,
 * and those of `formattedId`.
 */
export interface StandInShape {
  /** The property with the name. @default - the kind with the suffix `Name`, or `Name` */
  readonly name?: string;
  /** @default - the name */
  readonly id?: string;
  /** @default - an ARN that ends in the kind and the name */
  readonly arn?: string | ((properties: Properties) => string);
  /** What `Ref` returns: a template. @default '{name}' */
  readonly ref?: string;
  /** Attributes that are neither properties nor follow from their names. */
  readonly attributes?: Readonly<Record<string, string | readonly string[]>>;
}

const HEX_ID = '{hex17}';
/** Regional ARN. */
const arn = (service: string, resource: string) => `arn:aws:${service}:{region}:{account}:${resource}`;
/** Resource whose Ref is a generated id, not its name. */
const withId = (id: string, more: StandInShape = {}): StandInShape => ({ id, ref: '{id}', ...more });
const ec2 = (prefix: string, kind: string, attributes: StandInShape['attributes'] = {}) => withId(`${prefix}-${HEX_ID}`, { arn: arn('ec2', `${kind}/{id}`), attributes });
const iam = (kind: string, name: string): StandInShape => ({ name, arn: `arn:aws:iam::{account}:${kind}/{name}` });
/** The part of a load balancer's ARN that those of its listeners have in common, such as `app/name/id`. */
const loadBalancerPath = (loadBalancerArn: unknown) => String(loadBalancerArn).split(':loadbalancer/')[1] ?? 'app/{name}/{hex16}';
const loadBalancerKind = (type: unknown) => type === 'network' ? 'net' : type === 'gateway' ? 'gwy' : 'app';
/** Name of a resource that is given by its name or ARN. */
const nameIn = (nameOrArn: unknown, otherwise: string) => typeof nameOrArn === 'string' ? nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1) : otherwise;

/**
 * Types whose identifiers differ from the defaults: the page of each type at
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-template-resource-type-ref.html has its Ref and attributes,
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html the ARNs.
 *
 * Hosts end in `.invalid`, because they lead nowhere.
 */
export const STAND_IN_SHAPES: Readonly<Record<string, StandInShape>> = {
  'AWS::Amplify::App': withId('d{lower13}', { arn: arn('amplify', 'apps/{id}'), attributes: { AppId: '{id}' } }),
  'AWS::ApiGateway::Authorizer': withId('{lower6}'),
  'AWS::ApiGateway::Deployment': withId('{lower6}'),
  'AWS::ApiGateway::DomainName': { name: 'DomainName', arn: 'arn:aws:apigateway:{region}::/domainnames/{name}' },
  'AWS::ApiGateway::Resource': withId('{lower6}'),
  'AWS::ApiGatewayV2::Api': withId('{lower10}', {
    arn: 'arn:aws:apigateway:{region}::/apis/{id}', attributes: { ApiEndpoint: 'https://{id}.execute-api.{region}.invalid' },
  }),
  'AWS::ApiGatewayV2::Integration': withId('{lower7}'),
  'AWS::ApiGatewayV2::Route': withId('{lower7}'),
  'AWS::AppSync::Api': withId('{lower26}', { arn: arn('appsync', 'apis/{id}'), ref: '{arn}' }),
  'AWS::AppSync::GraphQLApi': withId('{lower26}', {
    arn: arn('appsync', 'apis/{id}'),
    ref: '{arn}',
    attributes: {
      GraphQLDns: '{id}.appsync-api.{region}.invalid',
      GraphQLUrl: 'https://{id}.appsync-api.{region}.invalid/graphql',
      RealtimeDns: '{id}.appsync-realtime-api.{region}.invalid',
      RealtimeUrl: 'wss://{id}.appsync-realtime-api.{region}.invalid/graphql',
    },
  }),
  'AWS::CertificateManager::Certificate': withId('{uuid}', { arn: arn('acm', 'certificate/{id}'), ref: '{arn}' }),
  'AWS::CloudFront::CachePolicy': withId('{uuid}', { arn: 'arn:aws:cloudfront::{account}:cache-policy/{id}' }),
  'AWS::CloudFront::CloudFrontOriginAccessIdentity': withId('E{upper13}', { arn: 'arn:aws:cloudfront::{account}:origin-access-identity/{id}' }),
  'AWS::CloudFront::Distribution': withId('E{upper13}', {
    arn: 'arn:aws:cloudfront::{account}:distribution/{id}', attributes: { DomainName: 'd{lower13}.cloudfront.invalid' },
  }),
  'AWS::CloudFront::Function': { arn: 'arn:aws:cloudfront::{account}:function/{name}', ref: '{arn}' },
  'AWS::CloudFront::OriginAccessControl': withId('E{upper13}', { arn: 'arn:aws:cloudfront::{account}:origin-access-control/{id}' }),
  'AWS::CloudWatch::Alarm': { arn: arn('cloudwatch', 'alarm:{name}') },
  'AWS::CloudWatch::CompositeAlarm': { name: 'AlarmName', arn: arn('cloudwatch', 'alarm:{name}') },
  'AWS::CodePipeline::Pipeline': { arn: arn('codepipeline', '{name}') },
  'AWS::Cognito::IdentityPool': withId('{region}:{uuid}', { arn: arn('cognito-identity', 'identitypool/{id}') }),
  'AWS::Cognito::UserPool': withId('{region}_{mixed9}', {
    arn: arn('cognito-idp', 'userpool/{id}'),
    attributes: { ProviderName: 'cognito-idp.{region}.invalid/{id}', ProviderURL: 'https://cognito-idp.{region}.invalid/{id}' },
  }),
  'AWS::Cognito::UserPoolClient': withId('{lower26}'),
  'AWS::Cognito::UserPoolDomain': { name: 'Domain' },
  'AWS::Cognito::UserPoolGroup': { name: 'GroupName' },
  'AWS::Cognito::UserPoolResourceServer': { name: 'Identifier' },
  'AWS::EC2::EIP': withId('192.0.2.1', { arn: arn('ec2', `elastic-ip/eipalloc-${HEX_ID}`), attributes: { AllocationId: `eipalloc-${HEX_ID}` } }),
  'AWS::EC2::Instance': ec2('i', 'instance', { AvailabilityZone: '{region}a' }),
  'AWS::EC2::InternetGateway': ec2('igw', 'internet-gateway'),
  'AWS::EC2::KeyPair': { name: 'KeyName', arn: arn('ec2', 'key-pair/{name}') },
  'AWS::EC2::LaunchTemplate': ec2('lt', 'launch-template', { DefaultVersionNumber: '1', LatestVersionNumber: '1' }),
  'AWS::EC2::NatGateway': ec2('nat', 'natgateway'),
  'AWS::EC2::NetworkAcl': ec2('acl', 'network-acl'),
  'AWS::EC2::NetworkInterface': ec2('eni', 'network-interface', { SecondaryPrivateIpAddresses: [] }),
  'AWS::EC2::RouteTable': ec2('rtb', 'route-table'),
  'AWS::EC2::SecurityGroup': ec2('sg', 'security-group'),
  'AWS::EC2::Subnet': ec2('subnet', 'subnet', { AvailabilityZone: '{region}a', CidrBlock: '10.0.0.0/24', Ipv6CidrBlocks: ['2001:db8:1234:1a00::/64'] }),
  'AWS::EC2::SubnetRouteTableAssociation': withId(`rtbassoc-${HEX_ID}`),
  'AWS::EC2::VPC': ec2('vpc', 'vpc', {
    CidrBlock: '10.0.0.0/16',
    CidrBlockAssociations: [`vpc-cidr-assoc-${HEX_ID}`],
    DefaultNetworkAcl: `acl-${HEX_ID}`,
    DefaultSecurityGroup: `sg-${HEX_ID}`,
    Ipv6CidrBlocks: ['2001:db8:1234:1a00::/56'],
  }),
  'AWS::EC2::VPCEndpoint': ec2('vpce', 'vpc-endpoint', { DnsEntries: ['Z{upper13}:{id}.vpce.{region}.invalid'], NetworkInterfaceIds: [`eni-${HEX_ID}`] }),
  'AWS::EC2::Volume': ec2('vol', 'volume'),
  'AWS::ECS::Service': { arn: ({ Cluster }) => arn('ecs', `service/${nameIn(Cluster, 'default')}/{name}`), ref: '{arn}' },
  'AWS::ECS::TaskDefinition': { name: 'Family', arn: arn('ecs', 'task-definition/{name}:1'), ref: '{arn}' },
  'AWS::EFS::AccessPoint': withId(`fsap-${HEX_ID}`, { arn: arn('elasticfilesystem', 'access-point/{id}') }),
  'AWS::EFS::FileSystem': withId(`fs-${HEX_ID}`, { arn: arn('elasticfilesystem', 'file-system/{id}') }),
  'AWS::ElastiCache::ReplicationGroup': {
    name: 'ReplicationGroupId',
    arn: arn('elasticache', 'replicationgroup:{name}'),
    attributes: { 'ReadEndPoint.AddressesList': ['{host}'], 'ReadEndPoint.PortsList': ['0'] },
  },
  'AWS::ElasticLoadBalancingV2::Listener': {
    arn: ({ LoadBalancerArn }) => arn('elasticloadbalancing', `listener/${loadBalancerPath(LoadBalancerArn)}/{hex16}`), ref: '{arn}',
  },
  'AWS::ElasticLoadBalancingV2::ListenerRule': {
    arn: ({ ListenerArn }) => `${String(ListenerArn).replace(':listener/', ':listener-rule/')}/{hex16}`, ref: '{arn}',
  },
  'AWS::ElasticLoadBalancingV2::LoadBalancer': {
    name: 'Name',
    arn: ({ Type }) => arn('elasticloadbalancing', `loadbalancer/${loadBalancerKind(Type)}/{name}/{hex16}`),
    ref: '{arn}',
    attributes: { CanonicalHostedZoneID: 'Z{upper13}', LoadBalancerFullName: 'app/{name}/{hex16}', LoadBalancerName: '{name}', SecurityGroups: [`sg-${HEX_ID}`] },
  },
  'AWS::ElasticLoadBalancingV2::TargetGroup': {
    name: 'Name',
    arn: arn('elasticloadbalancing', 'targetgroup/{name}/{hex16}'),
    ref: '{arn}',
    attributes: { LoadBalancerArns: [], TargetGroupFullName: 'targetgroup/{name}/{hex16}', TargetGroupName: '{name}' },
  },
  'AWS::Events::EventBus': { arn: arn('events', 'event-bus/{name}') },
  'AWS::Events::Rule': {
    arn: ({ EventBusName }) => {
      const bus = nameIn(EventBusName, 'default');
      return arn('events', bus === 'default' ? 'rule/{name}' : `rule/${bus}/{name}`);
    },
  },
  'AWS::IAM::Group': iam('group', 'GroupName'),
  'AWS::IAM::InstanceProfile': iam('instance-profile', 'InstanceProfileName'),
  'AWS::IAM::OIDCProvider': { arn: ({ Url }) => `arn:aws:iam::{account}:oidc-provider/${String(Url ?? '{name}').replace(/^https?:\/\//, '')}`, ref: '{arn}' },
  'AWS::IAM::ServiceLinkedRole': iam('role/aws-service-role', 'RoleName'),
  'AWS::IAM::User': iam('user', 'UserName'),
  'AWS::IVS::Channel': withId('{mixed12}', {
    arn: arn('ivs', 'channel/{id}'),
    ref: '{arn}',
    attributes: {
      IngestEndpoint: '{lower12}.global-contribute.live-video.invalid',
      PlaybackUrl: 'https://{lower12}.{region}.playback.live-video.invalid/api/video/v1/{region}.{account}.channel.{id}.m3u8',
    },
  }),
  'AWS::IVS::PlaybackKeyPair': withId('{mixed12}', { arn: arn('ivs', 'playback-key/{id}'), ref: '{arn}' }),
  'AWS::IVS::RecordingConfiguration': withId('{mixed12}', { arn: arn('ivs', 'recording-configuration/{id}'), ref: '{arn}' }),
  'AWS::IVS::Stage': withId('{mixed12}', { arn: arn('ivs', 'stage/{id}'), ref: '{arn}' }),
  'AWS::IVS::StreamKey': withId('{mixed12}', { arn: arn('ivs', 'stream-key/{id}'), ref: '{arn}' }),
  'AWS::KMS::Alias': { name: 'AliasName', arn: arn('kms', '{name}') },
  'AWS::KMS::Key': withId('{uuid}', { arn: arn('kms', 'key/{id}') }),
  'AWS::Kinesis::Stream': { arn: arn('kinesis', 'stream/{name}') },
  'AWS::Lambda::EventSourceMapping': withId('{uuid}', { arn: arn('lambda', 'event-source-mapping:{id}') }),
  'AWS::Logs::LogStream': { name: 'LogStreamName', arn: ({ LogGroupName }) => arn('logs', `log-group:${LogGroupName}:log-stream:{name}`) },
  'AWS::OpenSearchService::Domain': {
    name: 'DomainName',
    arn: arn('es', 'domain/{name}'),
    attributes: { DomainArn: '{arn}', DomainEndpoint: '{host}' },
  },
  'AWS::RDS::DBCluster': { name: 'DBClusterIdentifier', arn: arn('rds', 'cluster:{name}') },
  'AWS::RDS::DBInstance': { name: 'DBInstanceIdentifier', arn: arn('rds', 'db:{name}') },
  'AWS::RDS::DBSubnetGroup': { arn: arn('rds', 'subgrp:{name}') },
  'AWS::Route53::HostedZone': withId('Z{upper20}', {
    arn: 'arn:aws:route53:::hostedzone/{id}', attributes: { NameServers: ['1', '2', '3', '4'].map(number => `ns-${number}.route53.invalid`) },
  }),
  'AWS::SNS::Subscription': { arn: ({ TopicArn }) => `${TopicArn}:{uuid}`, ref: '{arn}' },
  'AWS::SNS::Topic': { arn: arn('sns', '{name}'), ref: '{arn}' },
  'AWS::SSM::Parameter': { name: 'Name', arn: ({ Name }) => arn('ssm', String(Name ?? '').startsWith('/') ? 'parameter{name}' : 'parameter/{name}') },
  'AWS::Scheduler::Schedule': { arn: ({ GroupName = 'default' }) => arn('scheduler', `schedule/${GroupName}/{name}`) },
  'AWS::SecretsManager::Secret': { arn: arn('secretsmanager', 'secret:{name}-{mixed6}'), ref: '{arn}' },
  'AWS::SecretsManager::SecretTargetAttachment': { name: 'SecretId' },
  'AWS::StepFunctions::Activity': { arn: arn('states', 'activity:{name}'), ref: '{arn}' },
  'AWS::StepFunctions::StateMachine': { arn: arn('states', 'stateMachine:{name}'), ref: '{arn}' },
  'AWS::WAFv2::WebACL': withId('{uuid}', {
    arn: ({ Scope }) => arn('wafv2', `${Scope === 'CLOUDFRONT' ? 'global' : 'regional'}/webacl/{name}/{id}`),
    ref: '{name}|{id}|{Scope}',
    attributes: { Capacity: '1' },
  }),
};
