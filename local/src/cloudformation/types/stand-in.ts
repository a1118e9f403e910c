import { capitalId, generatedName, uuid } from '../generated-names';
import type { ResourceRequest, ResourceState, ResourceType } from '../resource-type';
import { inform } from './notices';
import type { TypeOptions } from './type-options';

/** Types whose `Ref` is an ARN, not a name or an id. */
const REF_IS_ARN = [
  'AWS::CertificateManager::Certificate', 'AWS::Cognito::UserPoolResourceServer', 'AWS::ECS::Cluster', 'AWS::ElasticLoadBalancingV2::LoadBalancer',
  'AWS::Lambda::LayerVersion', 'AWS::SNS::Topic', 'AWS::SecretsManager::Secret', 'AWS::StepFunctions::StateMachine',
];

/** Types that need no notice, because nothing depends on their effect. */
const QUIET = ['AWS::CDK::Metadata', 'AWS::Logs::ResourcePolicy', 'AWS::S3::BucketPolicy'];

/** For types without an implementation: other resources can refer to a stand-in, which does nothing. */
export function standIn({ liveLog, environment }: TypeOptions): ResourceType {
  const state = (request: ResourceRequest): ResourceState => {
    const [, service = 'custom', kind = 'Resource'] = request.type.split('::');
    const name = generatedName(request.stackName, request.logicalId, request.seed, 63);
    const resource = service === 'SNS' ? name : `${kind.toLowerCase()}/${name}`;
    const arn = `arn:aws:${service.toLowerCase()}:${environment.region}:${environment.account}:${resource}`;
    const host = `${name.toLowerCase()}.${service.toLowerCase()}.invalid`;
    return {
      physicalId: name,
      ref: REF_IS_ARN.includes(request.type) ? arn : name,
      attributes: {},
      attribute: attribute => {
        if (/Arn$/.test(attribute)) return arn;
        if (/Ur[il]$/.test(attribute)) return `https://${host}/`;
        if (/(Address|DnsName|DomainName|Endpoint|DNSName)$/.test(attribute)) return host;
        if (/Name$/.test(attribute)) return name;
        if (/UU?ID$/i.test(attribute) && attribute.length > 2) return uuid(request.seed);
        return `${attribute}-${capitalId(request.seed + attribute, 12)}`;
      },
    };
  };
  return {
    schema: { type: 'object', open: true, properties: {} },
    isQuiet: true,
    create: async request => {
      if (!QUIET.includes(request.type)) {
        inform(liveLog, request, 'is a stand-in: other resources can refer to it, but it does nothing', { notice: 'stand-in' });
      }
      return state(request);
    },
    update: async request => state(request),
    delete: async () => undefined,
  };
}
