import type { TemplateResource } from '../template';
import { invocationUri, pascalCase, refuseProperties } from './helpers';
import type { SamProperties } from './merge';
import type { SamRoute } from './rest-api';

/** Translates `AWS::Serverless::HttpApi`, or the HTTP API that functions without one have in common. */
export function httpApiResources(apiId: string, properties: SamProperties, routes: readonly SamRoute[]): Record<string, TemplateResource> {
  refuseProperties(apiId, properties, ['Auth'], 'declare the API with AWS::ApiGatewayV2 resources');
  refuseProperties(apiId, properties, ['DefinitionBody', 'DefinitionUri'], 'declare the routes as events of functions');
  const { CorsConfiguration, Name, StageName = '$default', StageVariables, ...rest } = properties;
  const cors = CorsConfiguration === true ? { AllowOrigins: ['*'] } : CorsConfiguration as unknown;
  const api = { Ref: apiId };
  const resources: Record<string, TemplateResource> = {
    [apiId]: {
      Type: 'AWS::ApiGatewayV2::Api',
      Properties: { Name: Name ?? { Ref: 'AWS::StackName' }, ProtocolType: 'HTTP', ...cors !== undefined && { CorsConfiguration: cors }, ...rest },
    },
    [StageName === '$default' ? `${apiId}ApiGatewayDefaultStage` : `${apiId}${pascalCase(String(StageName))}Stage`]: {
      Type: 'AWS::ApiGatewayV2::Stage',
      Properties: { ApiId: api, StageName, AutoDeploy: true, ...StageVariables !== undefined && { StageVariables } },
    },
  };
  for (const { auth, condition, functionId, integration, method, path } of routes) {
    refuseProperties(functionId, { Auth: auth }, ['Auth'], 'declare the API with AWS::ApiGatewayV2 resources');
    const name = `${functionId}${pascalCase(`${method} ${path}`)}`;
    const more = condition === undefined ? {} : { Condition: condition };
    resources[`${name}Integration`] = {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: { ApiId: api, IntegrationType: 'AWS_PROXY', IntegrationUri: invocationUri(functionId), PayloadFormatVersion: '2.0', ...integration },
      ...more,
    };
    resources[`${name}Route`] = {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: api,
        RouteKey: path === '$default' ? '$default' : `${method.toUpperCase()} ${path}`,
        Target: { 'Fn::Sub': `integrations/\${${name}Integration}` },
      },
      ...more,
    };
  }
  return resources;
}
