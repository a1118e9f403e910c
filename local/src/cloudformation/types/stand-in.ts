import type { Environment } from '../../environment';
import { formattedId, generatedName, uuid } from '../generated-names';
import type { ResourceRequest, ResourceState, ResourceType } from '../resource-type';
import { isScalar } from '../template';
import { inform } from './notices';
import { STAND_IN_SHAPES, type StandInShape } from './stand-in-shapes';
import type { TypeOptions } from './type-options';

/** Types that need no notice, because nothing depends on their effect. */
const QUIET = [
  'AWS::ApiGateway::Account', 'AWS::CDK::Metadata', 'AWS::CloudWatch::Dashboard', 'AWS::Logs::QueryDefinition', 'AWS::Logs::ResourcePolicy',
  'AWS::S3::BucketPolicy',
];

/** Types of which a stack has many. Only the first of a stack is reported. */
const REPORTED_ONCE: Readonly<Record<string, string>> = {
  'AWS::CloudWatch::Alarm': 'is a stand-in, as are all alarms of the stack: they never go off',
};

/** Limit of most names. */
const MAXIMUM_NAME_LENGTH = 63;

/** For types without an implementation: other resources can refer to a stand-in, which does nothing. */
export function standIn({ liveLog, environment }: TypeOptions): ResourceType {
  const reported = new Set<string>();
  return {
    schema: { type: 'object', open: true, properties: {} },
    isQuiet: true,
    isStandIn: true,
    hasDeadAddresses: true,
    create: async request => {
      const key = `${request.stackName} ${request.type}`;
      const once: string | undefined = REPORTED_ONCE[request.type];
      if (!QUIET.includes(request.type) && !(once && reported.has(key))) {
        inform(liveLog, request, once ?? 'is a stand-in: other resources can refer to it, but it does nothing', { notice: 'stand-in' });
        reported.add(key);
      }
      return new StandIn(request, environment).state;
    },
    update: async request => new StandIn(request, environment).state,
    delete: async () => undefined,
  };
}

/** The identifiers of a stand-in. They have the form of those of AWS. */
class StandIn {
  private readonly service: string;
  private readonly kind: string;
  private readonly shape: StandInShape;
  private readonly name: string;
  private readonly id: string;
  private readonly arn: string;
  private readonly host: string;

  constructor(private readonly request: ResourceRequest, private readonly environment: Environment) {
    const { logicalId, properties, seed, stackName, type } = request;
    const [, service = 'custom', kind = 'Resource'] = type.split('::');
    this.service = service.toLowerCase();
    this.kind = kind;
    this.shape = STAND_IN_SHAPES[type] ?? {};
    this.name = this.givenName ?? generatedName(stackName, logicalId, seed, MAXIMUM_NAME_LENGTH) + (properties.FifoTopic ? '.fifo' : '');
    this.host = `${this.name.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '')}.${this.service}.invalid`;
    this.id = this.fill(this.shape.id ?? '{name}');
    const arn = typeof this.shape.arn === 'function' ? this.shape.arn(properties) : this.shape.arn;
    this.arn = this.fill(arn ?? `arn:aws:${this.service}:{region}:{account}:${kebabCase(kind)}/{name}`);
  }

  public get state(): ResourceState {
    return { physicalId: this.fill(this.shape.ref ?? '{name}'), attributes: {}, attribute: attribute => this.attribute(attribute) };
  }

  private get givenName(): string | undefined {
    const { properties } = this.request;
    const candidates = this.shape.name === undefined ? [`${this.kind}Name`, 'Name'] : [this.shape.name];
    return candidates.map(property => properties[property] as unknown).find((value): value is string => typeof value === 'string' && value !== '');
  }

  private attribute(attribute: string): unknown {
    const given = this.givenValue(attribute);
    if (given !== undefined) return given;
    const special = this.shape.attributes?.[attribute];
    if (special !== undefined) return typeof special === 'string' ? this.fill(special) : special.map(value => this.fill(value));
    if (this.isOwnId(attribute)) return this.id;
    if (/Arn$/i.test(attribute)) return this.arn;
    if (/Ur[il]$/i.test(attribute)) return `https://${this.host}/`;
    if (/(Address|Dns|DnsName|DomainName|Endpoint)$/i.test(attribute)) return this.host;
    if (/(Ip|IpAddress)$/.test(attribute)) return '192.0.2.1';
    if (/Name$/.test(attribute)) return this.name;
    if (/(^|\.)Port$/.test(attribute)) return '0';
    if (/UU?ID$/i.test(attribute) && attribute.length > 2) return uuid(this.request.seed);
    return `${attribute}-${formattedId('{upper12}', this.request.seed + attribute)}`;
  }

  /** Attributes such as the `CidrBlock` of a VPC are properties. */
  private givenValue(attribute: string): unknown {
    const { properties } = this.request;
    const value: unknown = Object.hasOwn(properties, attribute) ? properties[attribute] : undefined;
    return isScalar(value) || Array.isArray(value) && value.every(isScalar) ? value : undefined;
  }

  /** Whether an attribute such as `Id`, or `ClientId` of a UserPoolClient, is the id of the resource. */
  private isOwnId(attribute: string): boolean {
    return this.shape.id !== undefined && /Id$/.test(attribute) && this.kind.toLowerCase().endsWith(attribute.slice(0, -2).toLowerCase());
  }

  private fill(template: string): string {
    const { properties, seed } = this.request;
    const values: Record<string, unknown> = { ...properties, ...this.environment, arn: this.arn, host: this.host, id: this.id, name: this.name };
    return formattedId(template.replace(/\{([A-Za-z]+)\}/g, (whole, key: string) => Object.hasOwn(values, key) ? String(values[key]) : whole), seed);
  }
}

function kebabCase(kind: string): string {
  return kind.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
}
