import * as fs from 'fs';
import * as path from 'path';
import { App, Stack, type Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { CloudAssembly, CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import { findCycle } from './find-cycle';

/** An environment for tests that need a known account and region. */
export const ENV = { account: '111122223333', region: 'us-east-1' };

/** Creates a stack in a new app. Without `env` it is environment-agnostic. */
export function newStack(env?: { account?: string; region?: string }): Stack {
  return new Stack(new App(), 'Stack', { env });
}

/** Returns the template of a stack. Fails for a circular dependency. */
export function templateOf(stack: Stack): Template {
  const template = Template.fromStack(stack);
  expect(findCycle(template.toJSON())).toBeUndefined();
  return template;
}

/**
 * Synthesizes an app and returns all templates by file name, including nested stacks and stages. Fails for a circular
 * dependency.
 */
export function templatesOf(app: Stage): Record<string, any> {
  const templates = Object.fromEntries(templateFiles(app.synth()).map(file => [path.basename(file), JSON.parse(fs.readFileSync(file, 'utf8'))]));
  for (const template of Object.values(templates)) expect(findCycle(template)).toBeUndefined();
  return templates;
}

function templateFiles(assembly: CloudAssembly): string[] {
  const nested = fs.readdirSync(assembly.directory).filter(file => file.endsWith('.nested.template.json')).map(file => path.join(assembly.directory, file));
  const own = assembly.stacks.map((stack: CloudFormationStackArtifact) => stack.templateFullPath);
  return [...own, ...nested, ...assembly.nestedAssemblies.flatMap(inner => templateFiles(inner.nestedAssembly))];
}

/** Returns the resources of a type in a template, by logical ID. */
export function resourcesOf(template: any, type: string): Record<string, any> {
  return Object.fromEntries(Object.entries<any>(template.Resources ?? {}).filter(([, resource]) => resource.Type === type));
}
