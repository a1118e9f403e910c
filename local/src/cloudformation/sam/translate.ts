import { translateFunction, type SamFunction } from './function';
import { httpApiResources } from './http-api';
import { mergeGlobals, type SamProperties } from './merge';
import { restApiResources } from './rest-api';
import { ExpectedError } from '../../expected-error';
import { isObject, type Template, type TemplateResource } from '../template';

const SAM_TRANSFORM = 'AWS::Serverless-2016-10-31';

const IMPLICIT_APIS = { http: 'ServerlessHttpApi', rest: 'ServerlessRestApi' } as const;

/**
 * Translates a template of AWS SAM to one of CloudFormation, as far as functions, their APIs, layers and tables go.
 *
 * An own translation, because that of AWS is in Python and writes OpenAPI definitions. Logical ids are those of AWS where templates refer to them.
 *
 * @see https://docs.aws.amazon.com/serverless-application-model/latest/developerguide/sam-specification.html
 */
export function translateSam(template: Template & { readonly Globals?: unknown }): Template {
  const globals = (isObject(template.Globals) ? template.Globals : {}) as SamProperties;
  const { Globals, Transform, ...rest } = template;
  const others = [Transform].flat().filter(transform => transform !== SAM_TRANSFORM);
  return {
    ...rest,
    ...others.length > 0 && { Transform: others },
    Resources: new Translation(globals).translate(template.Resources),
  };
}

class Translation {
  private readonly routes: SamFunction['routes'][number][] = [];

  constructor(private readonly globals: SamProperties) {}

  public translate(resources: Template['Resources']): Record<string, TemplateResource> {
    const translated: Record<string, TemplateResource> = {};
    const apis: [string, TemplateResource][] = [];
    for (const [id, resource] of Object.entries(resources)) {
      if (/^AWS::Serverless::(Http)?Api$/.test(resource.Type)) apis.push([id, resource]);
      else Object.assign(translated, this.translateResource(id, resource));
    }
    for (const [id, resource] of apis) Object.assign(translated, this.api(id, resource));
    for (const kind of ['rest', 'http'] as const) {
      const id = IMPLICIT_APIS[kind];
      const hasRoutes = this.routes.some(route => route.api === kind && (route.apiRef === undefined || refOf(route.apiRef) === id));
      if (hasRoutes) Object.assign(translated, this.api(id, { Type: kind === 'rest' ? 'AWS::Serverless::Api' : 'AWS::Serverless::HttpApi' }));
    }
    const lost = this.routes.find(({ apiRef }) => apiRef !== undefined && !Object.hasOwn(translated, refOf(apiRef) ?? ''));
    if (lost) throw new ExpectedError(`${lost.functionId} must have the Ref of an API of the template, got ${JSON.stringify(lost.apiRef)}.`);
    return translated;
  }

  private translateResource(id: string, resource: TemplateResource): Record<string, TemplateResource> {
    switch (resource.Type) {
      case 'AWS::Serverless::Function': {
        const { resources, routes } = translateFunction(id, resource, this.globals.Function);
        this.routes.push(...routes);
        return resources;
      }
      case 'AWS::Serverless::LayerVersion': return { [id]: layer(resource) };
      case 'AWS::Serverless::SimpleTable': return { [id]: table(resource, this.globals.SimpleTable) };
      default:
        if (resource.Type.startsWith('AWS::Serverless::')) {
          throw new ExpectedError(`${id} has the type ${resource.Type}, which ivschat-local does not translate: declare it with resources of CloudFormation.`);
        }
        return { [id]: resource };
    }
  }

  private api(id: string, { Properties = {}, Type }: TemplateResource): Record<string, TemplateResource> {
    const kind = Type === 'AWS::Serverless::Api' ? 'rest' : 'http';
    const routes = this.routes.filter(route => route.api === kind && (route.apiRef === undefined ? IMPLICIT_APIS[kind] : refOf(route.apiRef)) === id);
    const properties = mergeGlobals(kind === 'rest' ? this.globals.Api : this.globals.HttpApi, Properties) as SamProperties;
    return kind === 'rest' ? restApiResources(id, properties, routes) : httpApiResources(id, properties, routes);
  }
}

function layer({ Properties = {}, ...rest }: TemplateResource): TemplateResource {
  const { ContentUri, RetentionPolicy, ...more } = Properties;
  // AWS keeps earlier versions by default. Here they are not needed after an update.
  return { ...rest, Type: 'AWS::Lambda::LayerVersion', Properties: { ...more, Content: ContentUri } };
}

function table({ Properties = {}, ...rest }: TemplateResource, globals: unknown): TemplateResource {
  const { PrimaryKey = { Name: 'id', Type: 'String' }, ...more } = mergeGlobals(globals, Properties) as SamProperties;
  const types: Readonly<Record<string, string>> = { Binary: 'B', Number: 'N', String: 'S' };
  return {
    ...rest,
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      ...more,
      AttributeDefinitions: [{ AttributeName: PrimaryKey.Name as unknown, AttributeType: types[PrimaryKey.Type] }],
      ...more.ProvisionedThroughput === undefined && { BillingMode: 'PAY_PER_REQUEST' },
      KeySchema: [{ AttributeName: PrimaryKey.Name as unknown, KeyType: 'HASH' }],
    },
  };
}

function refOf(reference: unknown): string | undefined {
  return isObject(reference) && typeof reference.Ref === 'string' ? reference.Ref : undefined;
}
