import * as fs from 'node:fs';
import * as path from 'node:path';
import type { DeployedStack } from './api';

/** Construct path of each resource of a stack and its nested stacks, with its logical id: `['Chat/Lobby/Resource', 'Lobby2B6AC8CA']`. */
export type ConstructPaths = readonly (readonly [constructPath: string, logicalId: string])[];

type Metadata = Record<string, { readonly type: string; readonly data?: unknown }[]>;

interface Artifact {
  readonly type: string;
  readonly metadata?: Metadata;
  /** Newer versions of the CDK write the metadata to a file of its own. */
  readonly additionalMetadataFile?: string;
  readonly properties?: { readonly directoryName?: string; readonly stackName?: string };
}

/**
 * Reads the construct paths of an assembly, by stack name.
 *
 * Templates do not have them if the app was synthesized without the CDK CLI, as in tests; the manifest always does.
 */
export function readConstructPaths(location: string): Map<string, ConstructPaths> {
  const manifestFile = path.join(location, 'manifest.json');
  if (!fs.existsSync(manifestFile)) return new Map();
  const { artifacts = {} } = readJson<{ artifacts?: Record<string, Artifact> }>(manifestFile);
  return new Map(Object.entries(artifacts).flatMap(([id, artifact]): [string, ConstructPaths][] => {
    const { additionalMetadataFile, metadata, properties = {}, type } = artifact;
    if (type === 'cdk:cloud-assembly' && properties.directoryName) return [...readConstructPaths(path.join(location, properties.directoryName))];
    if (type !== 'aws:cloudformation:stack') return [];
    const more = additionalMetadataFile === undefined ? {} : readJson<Metadata>(path.join(location, additionalMetadataFile));
    return [[properties.stackName ?? id, logicalIdsOf({ ...metadata, ...more })]];
  }));
}

function logicalIdsOf(metadata: Metadata): ConstructPaths {
  return Object.entries(metadata).flatMap(([constructPath, entries]) => entries
    .filter(({ type }) => type === 'aws:cdk:logicalId')
    .map(({ data }): [string, string] => [constructPath.replace(/^\//, ''), String(data)]));
}

function readJson<T>(file: string): T {
  return JSON.parse(fs.readFileSync(file, 'utf8')) as T;
}

/**
 * The resources of a type in all stacks: the paths of their constructs, by physical ID. Without a construct, as in a template written by hand,
 * the path is `STACK/LOGICAL_ID`.
 */
export function pathsOfResources(type: string, stacks: readonly DeployedStack[], paths: ReadonlyMap<string, ConstructPaths>): Map<string, string> {
  const nestedIds = new Set(stacks.flatMap(stack => nestedStacksOf(stack).map(([, physicalId]) => physicalId)));
  const isNested = ({ name }: DeployedStack) => [...nestedIds].some(id => id.includes(`/${name}/`));
  const found = new Map<string, string>();
  for (const stack of stacks.filter(it => !isNested(it))) collectPaths(type, stack, paths.get(stack.name) ?? [], stacks, found);
  return found;
}

/** Logical ids are unique in a stack, but not among its nested stacks, so that each looks only at the paths of its own constructs. */
function collectPaths(
  wanted: string, stack: DeployedStack, paths: ConstructPaths, stacks: readonly DeployedStack[], found: Map<string, string>,
): void {
  let own = paths;
  for (const [logicalId, physicalId] of nestedStacksOf(stack)) {
    const nested = stacks.find(({ name }) => physicalId.includes(`/${name}/`));
    // The CDK creates the resource of the nested stack `Chat/Rooms` at `Chat/Rooms.NestedStack/Rooms.NestedStackResource`.
    const prefix = `${paths.find(([constructPath, id]) => id === logicalId && constructPath.includes('.NestedStack/'))?.[0].split('.NestedStack/')[0]}/`;
    own = own.filter(([constructPath]) => !constructPath.startsWith(prefix));
    if (nested) collectPaths(wanted, nested, paths.filter(([constructPath]) => constructPath.startsWith(prefix)), stacks, found);
  }
  for (const [logicalId, { physicalId, type }] of Object.entries(stack.resources)) {
    if (type !== wanted) continue;
    const constructPath = own.find(([, id]) => id === logicalId)?.[0];
    // The L2 construct is the parent of the resource.
    found.set(physicalId, constructPath?.replace(/\/Resource$/, '') ?? `${stack.name}/${logicalId}`);
  }
}

function nestedStacksOf({ resources }: DeployedStack): [logicalId: string, physicalId: string][] {
  return Object.entries(resources).filter(([, { type }]) => type === 'AWS::CloudFormation::Stack').map(([id, { physicalId }]) => [id, physicalId]);
}
