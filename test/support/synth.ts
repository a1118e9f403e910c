import * as fs from 'fs';
import * as path from 'path';
import { App, Stack, type Stage } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { CloudAssembly, CloudFormationStackArtifact } from 'aws-cdk-lib/cx-api';
import { findCycle } from './find-cycle';

/** An environment of its own for tests in which account and region matter. */
export const ENV = { account: '111122223333', region: 'us-east-1' };

/** A stack in an app of its own. Without `env` it may be deployed anywhere. */
export function newStack(env?: { account?: string; region?: string }): Stack {
  return new Stack(new App(), 'Stack', { env });
}

/** The template of one stack, which must not have a circular dependency. */
export function templateOf(stack: Stack): Template {
  const template = Template.fromStack(stack);
  expect(findCycle(template.toJSON())).toBeUndefined();
  return template;
}

/**
 * Synthesizes a whole app and returns all its templates by file name, nested stacks and stages included. None may have a
 * circular dependency.
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

/** The resources of a type in a template, by logical id. */
export function resourcesOf(template: any, type: string): Record<string, any> {
  return Object.fromEntries(Object.entries<any>(template.Resources ?? {}).filter(([, resource]) => resource.Type === type));
}
