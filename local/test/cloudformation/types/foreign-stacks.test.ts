import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import {
  App, aws_appsync as appsync, aws_cloudfront as cloudfront, aws_cloudfront_origins as origins, aws_cognito as cognito,
  aws_dynamodb as dynamodb, aws_ec2 as ec2, aws_ecs as ecs, aws_ecs_patterns as patterns, aws_events as events, aws_events_targets as targets,
  aws_lambda as lambda, aws_lambda_event_sources as sources, aws_s3 as s3, aws_secretsmanager as secretsmanager, aws_sns as sns,
  aws_sns_subscriptions as subscriptions, aws_sqs as sqs, aws_stepfunctions as sfn, CfnOutput, Fn, Stack,
} from 'aws-cdk-lib';
import { loadAssembly } from '../../../src/app/assembly';
import { DeploymentHarness } from '../../support/deployment-harness';

/** Stacks as those of https://github.com/aws-samples/aws-cdk-examples, each around one service without a local implementation. */

const HERE = 'us-east-1:111122223333';
const NAME = '[A-Za-z0-9-]+';
const HEX = (length: number) => `[0-9a-f]{${length}}`;
const UUID = '[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}';

const IMPLEMENTED_OR_QUIET = /^AWS::(CDK::Metadata|Cognito::UserPool(Client)?|DynamoDB::Table|IAM::(Policy|Role)|Lambda::(Function|Permission)|Logs::LogGroup|S3::Bucket(Policy)?|SQS::Queue(Policy)?)$/;

interface Sample {
  /** Adds the resources, and returns values for outputs. */
  readonly build: (stack: Stack) => Record<string, string>;
  /** Regular expressions for the outputs. Each comment has the page with the form. */
  readonly outputs: Record<string, string>;
  /** Outputs whose addresses lead nowhere. */
  readonly dead?: readonly string[];
}

const functionIn = (stack: Stack, environment: Record<string, string> = {}) => new lambda.Function(stack, 'Handler', {
  runtime: lambda.Runtime.NODEJS_22_X, handler: 'index.handler', code: lambda.Code.fromInline('exports.handler = async () => {};'), environment,
});

const SAMPLES: Record<string, Sample> = {
  SecretsManager: {
    build: stack => {
      const secret = new secretsmanager.Secret(stack, 'Secret', { secretName: 'prod/db', generateSecretString: {} });
      secret.grantRead(functionIn(stack, { SECRET: secret.secretArn }));
      return { arn: secret.secretArn, name: secret.secretName };
    },
    outputs: {
      // https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_iam-permissions.html
      arn: `arn:aws:secretsmanager:${HERE}:secret:prod/db-[A-Za-z0-9]{6}`,
      name: 'prod/db',
    },
  },

  StepFunctions: {
    build: stack => {
      const machine = new sfn.StateMachine(stack, 'Machine', { definitionBody: sfn.DefinitionBody.fromChainable(new sfn.Pass(stack, 'Pass')) });
      const activity = new sfn.Activity(stack, 'Activity', { activityName: 'approve' });
      machine.grantStartExecution(functionIn(stack));
      return { arn: machine.stateMachineArn, name: machine.stateMachineName, activity: activity.activityArn };
    },
    outputs: {
      // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsstepfunctions.html
      arn: `arn:aws:states:${HERE}:stateMachine:${NAME}`,
      name: `StepFunctions-Machine${NAME}`,
      activity: `arn:aws:states:${HERE}:activity:approve`,
    },
  },

  Cognito: {
    build: stack => {
      const pool = new cognito.UserPool(stack, 'Users');
      const client = pool.addClient('Web');
      const identities = new cognito.CfnIdentityPool(stack, 'Identities', {
        allowUnauthenticatedIdentities: false,
        cognitoIdentityProviders: [{ clientId: client.userPoolClientId, providerName: pool.userPoolProviderName }],
      });
      return {
        arn: pool.userPoolArn, id: pool.userPoolId, client: client.userPoolClientId, identities: identities.ref, issuer: pool.userPoolProviderUrl,
      };
    },
    outputs: {
      // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncognitouserpools.html
      arn: `arn:aws:cognito-idp:${HERE}:userpool/us-east-1_[A-Za-z0-9]{9}`,
      // https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-cognito-userpool.html
      id: 'us-east-1_[A-Za-z0-9]{9}',
      client: '[a-z0-9]{26}',
      identities: `us-east-1:${UUID}`,
      issuer: 'https://cognito-idp\\.us-east-1\\.amazonaws\\.com/us-east-1_[A-Za-z0-9]{9}',
    },
  },

  DynamoDbStreams: {
    build: stack => {
      const table = new dynamodb.Table(stack, 'Table', {
        partitionKey: { name: 'id', type: dynamodb.AttributeType.STRING }, stream: dynamodb.StreamViewType.NEW_IMAGE, tableName: 'messages',
      });
      const source = new sources.DynamoEventSource(table, { startingPosition: lambda.StartingPosition.LATEST });
      functionIn(stack, { TABLE: table.tableName }).addEventSource(source);
      return { arn: table.tableArn, name: table.tableName, stream: table.tableStreamArn! };
    },
    outputs: {
      // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
      arn: `arn:aws:dynamodb:${HERE}:table/messages`,
      name: 'messages',
      stream: `arn:aws:dynamodb:${HERE}:table/messages/stream/\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}`,
    },
  },

  Vpc: {
    build: stack => {
      const vpc = new ec2.CfnVPC(stack, 'Vpc', { cidrBlock: '10.0.0.0/16' });
      const ipv6 = new ec2.CfnVPCCidrBlock(stack, 'Ipv6', { vpcId: vpc.ref, amazonProvidedIpv6CidrBlock: true });
      const zones = Fn.getAzs();
      const blocks = Fn.cidr(vpc.attrCidrBlock, 6, '8');
      const ipv6Blocks = Fn.cidr(Fn.select(0, vpc.attrIpv6CidrBlocks), 256, '64');
      const subnets = [0, 1].map(index => {
        const subnet = new ec2.CfnSubnet(stack, `Subnet${index}`, {
          vpcId: vpc.ref, availabilityZone: Fn.select(index, zones), cidrBlock: Fn.select(index, blocks), ipv6CidrBlock: Fn.select(index, ipv6Blocks),
        });
        subnet.addDependency(ipv6);
        return subnet;
      });
      const group = new ec2.CfnSecurityGroup(stack, 'Group', { groupDescription: 'Web', vpcId: vpc.ref });
      return {
        vpc: vpc.ref,
        subnet: subnets[1].ref,
        zone: subnets[1].attrAvailabilityZone,
        block: subnets[1].attrCidrBlock,
        group: group.attrGroupId,
        ipv6: Fn.select(1, ipv6Blocks),
      };
    },
    outputs: {
      // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html
      vpc: `vpc-${HEX(17)}`,
      subnet: `subnet-${HEX(17)}`,
      group: `sg-${HEX(17)}`,
      zone: 'us-east-1b',
      block: '10\\.0\\.1\\.0/24',
      ipv6: '[0-9a-f:]+::/64',
    },
  },

  Sns: {
    build: stack => {
      const topic = new sns.Topic(stack, 'Topic');
      const fifo = new sns.Topic(stack, 'Ordered', { fifo: true, topicName: 'ordered' });
      const queue = new sqs.Queue(stack, 'Queue', { queueName: 'jobs' });
      topic.addSubscription(new subscriptions.SqsSubscription(queue));
      topic.addSubscription(new subscriptions.LambdaSubscription(functionIn(stack, { QUEUE: queue.queueUrl })));
      return { topic: topic.topicArn, topicName: topic.topicName, fifo: fifo.topicArn, queue: queue.queueArn, url: queue.queueUrl };
    },
    outputs: {
      // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsns.html
      topic: `arn:aws:sns:${HERE}:Sns-Topic${NAME}`,
      topicName: `Sns-Topic${NAME}`,
      fifo: `arn:aws:sns:${HERE}:ordered\\.fifo`,
      // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsqs.html
      queue: `arn:aws:sqs:${HERE}:jobs`,
      url: 'http://127\\.0\\.0\\.1:\\d+/111122223333/jobs',
    },
  },

  EventBridge: {
    build: stack => {
      const bus = new events.EventBus(stack, 'Bus', { eventBusName: 'chat' });
      const target = new targets.LambdaFunction(functionIn(stack));
      const rule = new events.Rule(stack, 'Rule', { eventBus: bus, eventPattern: { source: ['chat'] }, targets: [target] });
      const schedule = new events.Rule(stack, 'Schedule', { ruleName: 'nightly', schedule: events.Schedule.cron({ hour: '3' }), targets: [target] });
      return { bus: bus.eventBusArn, rule: rule.ruleArn, schedule: schedule.ruleArn };
    },
    outputs: {
      // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html
      bus: `arn:aws:events:${HERE}:event-bus/chat`,
      rule: `arn:aws:events:${HERE}:rule/chat/${NAME}`,
      schedule: `arn:aws:events:${HERE}:rule/nightly`,
    },
  },

  AppSync: {
    build: stack => {
      const api = new appsync.GraphqlApi(stack, 'Api', {
        name: 'chat', definition: appsync.Definition.fromFile(path.join(__dirname, '..', '..', 'support', 'schema.graphql')),
      });
      api.addLambdaDataSource('Resolver', functionIn(stack)).createResolver('List', { typeName: 'Query', fieldName: 'list' });
      return { arn: api.arn, id: api.apiId, url: api.graphqlUrl, key: api.apiKey! };
    },
    outputs: {
      // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsappsync.html
      arn: `arn:aws:appsync:${HERE}:apis/[a-z0-9]{26}`,
      id: '[a-z0-9]{26}',
      url: 'https://[a-z0-9]{26}\\.appsync-api\\.us-east-1\\.invalid/graphql',
      key: '.+',
    },
    dead: ['url'],
  },

  Website: {
    build: stack => {
      const bucket = new s3.Bucket(stack, 'Site', { websiteIndexDocument: 'index.html', publicReadAccess: true, blockPublicAccess: s3.BlockPublicAccess.BLOCK_ACLS_ONLY });
      return { arn: bucket.bucketArn, url: bucket.bucketWebsiteUrl };
    },
    outputs: {
      // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
      arn: 'arn:aws:s3:::[a-z0-9-]+',
      url: 'http://[a-z0-9-]+\\.s3-website-us-east-1\\.amazonaws\\.com',
    },
    dead: ['url'],
  },

  CloudFront: {
    build: stack => {
      const bucket = new s3.Bucket(stack, 'Site');
      const origin = origins.S3BucketOrigin.withOriginAccessControl(bucket);
      const distribution = new cloudfront.Distribution(stack, 'Distribution', { defaultBehavior: { origin } });
      const code = cloudfront.FunctionCode.fromInline('function handler() {}');
      const rewrite = new cloudfront.Function(stack, 'Rewrite', { functionName: 'rewrite', code });
      const { distributionArn: arn, distributionDomainName: host, distributionId: id } = distribution;
      return { arn, host, id, rewrite: rewrite.functionArn };
    },
    outputs: {
      // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudfront.html
      id: 'E[A-Z0-9]{13}',
      arn: 'arn:aws:cloudfront::111122223333:distribution/E[A-Z0-9]{13}',
      host: 'd[a-z0-9]{13}\\.cloudfront\\.invalid',
      rewrite: 'arn:aws:cloudfront::111122223333:function/rewrite',
    },
    dead: ['host'],
  },

  Ecs: {
    build: stack => {
      const cluster = new ecs.Cluster(stack, 'Cluster', { clusterName: 'main', vpc: new ec2.Vpc(stack, 'Vpc', { maxAzs: 2 }) });
      const { loadBalancer, service, targetGroup, taskDefinition } = new patterns.ApplicationLoadBalancedFargateService(stack, 'Web', {
        cluster, serviceName: 'web', taskImageOptions: { image: ecs.ContainerImage.fromRegistry('nginx') },
      });
      service.autoScaleTaskCount({ maxCapacity: 4 }).scaleOnRequestCount('Requests', { requestsPerTarget: 10, targetGroup });
      return {
        cluster: cluster.clusterArn,
        service: service.serviceArn,
        task: taskDefinition.taskDefinitionArn,
        balancer: loadBalancer.loadBalancerArn,
        full: loadBalancer.loadBalancerFullName,
        target: targetGroup.targetGroupArn,
        host: loadBalancer.loadBalancerDnsName,
      };
    },
    outputs: {
      // https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
      cluster: `arn:aws:ecs:${HERE}:cluster/main`,
      service: `arn:aws:ecs:${HERE}:service/main/web`,
      task: `arn:aws:ecs:${HERE}:task-definition/${NAME}:1`,
      // https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
      balancer: `arn:aws:elasticloadbalancing:${HERE}:loadbalancer/app/${NAME}/${HEX(16)}`,
      full: `app/${NAME}/${HEX(16)}`,
      target: `arn:aws:elasticloadbalancing:${HERE}:targetgroup/${NAME}/${HEX(16)}`,
      host: `${NAME}\\.elasticloadbalancingv2\\.invalid`,
    },
    dead: ['host'],
  },
};

let harness: DeploymentHarness;
let directory: string;

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'foreign-'));
  harness = await DeploymentHarness.start();
  // Some samples have custom resources of their own.
  harness.functions.defaultScript = () => ({});
});

afterAll(async () => {
  await harness.stop();
  fs.rmSync(directory, { recursive: true });
});

test.each(Object.entries(SAMPLES))('the stack %s is deployed, with identifiers of the documented form', async (name, { build, dead = [], outputs }) => {
  const app = new App({ outdir: path.join(directory, name) });
  const stack = new Stack(app, name);
  for (const [key, value] of Object.entries(build(stack))) new CfnOutput(stack, key, { value });
  app.synth();
  const [loaded] = loadAssembly(path.join(directory, name));

  const deployed = await harness.deployment.deploy(loaded);
  // Outputs of constructs, such as the URL of an API, have longer names.
  const own = Object.fromEntries(Object.entries(deployed.outputs).filter(([key]) => Object.hasOwn(outputs, key)));
  expect(own).toEqual(Object.fromEntries(Object.entries(outputs).map(([key, form]) => [key, expect.stringMatching(new RegExp(`^${form}$`))])));

  const notices = harness.data('notice').filter(({ stack: of }) => of === name);
  const ofKind = (kind: string, detail: string) => notices.filter(({ notice }) => notice === kind).map(notice => String(notice[detail]));
  const standIns = Object.entries(loaded.template.Resources).filter(([, { Type }]) => !IMPLEMENTED_OR_QUIET.test(Type));
  expect(ofKind('stand-in', 'logicalId').sort()).toEqual(standIns.map(([logicalId]) => logicalId).sort());
  expect(ofKind('dead-address', 'output').filter(output => Object.hasOwn(outputs, output)).sort()).toEqual([...dead].sort());
  expect(ofKind('unresolved-output', 'output')).toEqual([]);
  expect(JSON.stringify(deployed.outputs)).not.toContain('unknown-');
});
