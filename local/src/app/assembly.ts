import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Asset, FindAsset, LoadedStack } from '../cloudformation/source';
import { parseTemplate, type Template } from '../cloudformation/template';
import { CHAT_REGIONS, DEFAULT_ENVIRONMENT, type Environment } from '../environment';

export interface LoadOptions {
  /** A path, a stack's name, or a stage for all of its stacks. @default all that are in no stage */
  readonly stack?: string;
  /** Where stacks go that leave it open. @default the region of the other stacks, or us-east-1 */
  readonly region?: string;
  /** Of parameters: by `Name` for every stack that has it, or by `Stack:Name` for one. */
  readonly parameters?: Readonly<Record<string, string>>;
}

interface Artifact {
  readonly type: string;
  readonly environment?: string;
  readonly displayName?: string;
  readonly dependencies?: string[];
  readonly properties?: {
    readonly directoryName?: string;
    readonly file?: string;
    readonly parameters?: Record<string, string>;
    readonly stackName?: string;
    readonly templateFile?: string;
  };
}

interface Manifest {
  readonly artifacts?: Record<string, Artifact>;
  readonly missing?: { readonly provider: string }[];
}

interface FileAsset {
  readonly source: { readonly path?: string; readonly executable?: string[]; readonly packaging?: 'file' | 'zip' };
  readonly destinations: Record<string, { readonly objectKey: string }>;
}

/** What the manifest says of a stack, before it is known whether anybody wants it. */
interface FoundStack {
  readonly id: string;
  readonly name: string;
  readonly path: string;
  readonly stage: string;
  readonly directory: string;
  readonly templateFile: string;
  readonly assetFiles: string[];
  readonly account?: string;
  readonly region?: string;
  readonly dependencies: string[];
  readonly parameters: Record<string, string>;
}

/**
 * Reads a cloud assembly (the folder `cdk synth` writes) or one CloudFormation template.
 *
 * Of an assembly: the stacks that are in no stage, or what `stack` names (a path, a stack's name, or a stage for all of its stacks), each with
 * the stacks it depends on.
 *
 * @returns the stacks in the order in which they can be deployed
 */
export function loadAssembly(pathOrTemplateFile: string, options: LoadOptions = {}): LoadedStack[] {
  const location = path.resolve(pathOrTemplateFile);
  if (options.region !== undefined) checkChatRegion(options.region);
  if (!fs.existsSync(location)) throw new Error(`There is no ${pathOrTemplateFile}.`);
  if (!fs.statSync(location).isDirectory()) return withParameters([loadTemplate(location, options)], options.parameters);

  const found = readAssembly(location);
  const selected = withDependencies(select(found, options.stack), found);
  // A stack that is at home anywhere goes where the others are: everything on this machine is in one environment.
  const bound = selected.find(stack => stack.region);
  if (bound && options.region !== undefined && bound.region !== options.region) {
    throw new Error(`The stack ${bound.path} says itself that it goes to ${bound.region}: it cannot go to ${options.region}.`);
  }
  const environment = {
    account: selected.find(stack => stack.account)?.account ?? DEFAULT_ENVIRONMENT.account,
    region: bound?.region ?? options.region ?? DEFAULT_ENVIRONMENT.region,
  };
  const names = new Set<string>();
  for (const stack of selected) {
    if (names.has(stack.name)) throw new Error(`Two of the stacks are called ${stack.name}. Choose one with --stack.`);
    names.add(stack.name);
  }
  return withParameters(selected.map(stack => load(stack, environment)), options.parameters);
}

/** @throws a sentence if the region has no chat */
function checkChatRegion(region: string): void {
  if (!CHAT_REGIONS.includes(region)) throw new Error(`Amazon IVS Chat is not in ${region}: it is in ${CHAT_REGIONS.join(', ')}.`);
}

function withParameters(stacks: LoadedStack[], given: Readonly<Record<string, string>> = {}): LoadedStack[] {
  const unused = new Set(Object.keys(given));
  const loaded = stacks.map(stack => {
    const own = Object.keys(stack.template.Parameters ?? {}).flatMap((name): [string, string][] => {
      const keys = [`${stack.name}:${name}`, `${stack.path}:${name}`, name].filter(key => Object.hasOwn(given, key));
      keys.forEach(key => unused.delete(key));
      return keys.length > 0 ? [[name, given[keys[0]]]] : [];
    });
    return { ...stack, parameters: { ...stack.parameters, ...Object.fromEntries(own) } };
  });
  const [nobodys] = unused;
  if (nobodys !== undefined) throw new Error(`No stack has the parameter ${nobodys}.`);
  return loaded;
}

function loadTemplate(file: string, { region = DEFAULT_ENVIRONMENT.region, stack: wanted }: LoadOptions): LoadedStack {
  // A stack's name begins with a letter and holds letters, digits and hyphens.
  const words = path.basename(file).replace(/\.[^.]*$/, '').replace(/\.template$/, '').replace(/[^A-Za-z0-9]+/g, '-');
  const name = words.replace(/^[^A-Za-z]+/, '').replace(/-+$/, '') || 'Template';
  if (wanted !== undefined && wanted !== name) throw new Error(`${path.basename(file)} is one stack, ${name}: there is no ${wanted} in it.`);
  const template = readTemplate(file);
  const asset = beside(path.dirname(file));
  return {
    name,
    path: name,
    template,
    environment: { account: DEFAULT_ENVIRONMENT.account, region },
    dependencies: [],
    asset,
    watched: [...new Set(watchedBy(template, asset, [file]))],
    parameters: {},
  };
}

function readTemplate(file: string): Template {
  return parseTemplate(fs.readFileSync(file, 'utf8'), path.basename(file));
}

/** What `aws cloudformation package` accepts: `Code: ./src`, `TemplateURL: ./nested.yaml`. */
function beside(folder: string): FindAsset {
  return relative => {
    const target = path.resolve(folder, relative);
    if (!fs.existsSync(target)) return undefined;
    return fs.statSync(target).isDirectory() ? { directory: target } : { file: target, asset: beside(path.dirname(target)) };
  };
}

/** What is not written as a plain text is not looked at. @param above templates this one is nested in */
function watchedBy(template: Template, find: FindAsset, above: readonly string[] = []): string[] {
  return Object.values(template.Resources).flatMap(({ Properties: properties = {}, Type: type }): string[] => {
    const { Code: code, TemplateURL: url } = properties;
    if (type === 'AWS::Lambda::Function') {
      const asset = typeof code === 'string' ? find(code) : undefined;
      return asset && 'directory' in asset ? [asset.directory] : [];
    }
    if (type !== 'AWS::CloudFormation::Stack' || typeof url !== 'string') return [];
    const nested = find(url);
    if (!nested || !('file' in nested)) return [];
    if (above.includes(nested.file)) throw new Error(`${path.basename(nested.file)} is nested in itself.`);
    return [nested.file, ...watchedBy(readTemplate(nested.file), nested.asset!, [...above, nested.file])];
  });
}

function readAssembly(directory: string, stage = ''): FoundStack[] {
  const manifestFile = path.join(directory, 'manifest.json');
  if (!fs.existsSync(manifestFile)) {
    throw new Error(`${directory} is no cloud assembly: it has no manifest.json. Run the app first, or name the folder it writes (cdk.out).`);
  }
  const manifest: Manifest = readJson(manifestFile);
  if (manifest.missing?.length) {
    const providers = [...new Set(manifest.missing.map(({ provider }) => provider))].join(', ');
    throw new Error(`The app looks something up in an AWS account (${providers}) and has no answer yet: `
      + 'run `cdk synth` once with access to the account, which writes cdk.context.json, or put the values there by hand.');
  }

  const artifacts = Object.entries(manifest.artifacts ?? {});
  const pathOf = (id: string, artifact: Artifact) => artifact.displayName ?? (stage ? `${stage}/${id}` : id);
  const stackPaths = new Map(artifacts.filter(([, { type }]) => type === 'aws:cloudformation:stack').map(([id, it]) => [id, pathOf(id, it)]));
  return artifacts.flatMap(([id, artifact]): FoundStack[] => {
    const properties = artifact.properties ?? {};
    if (artifact.type === 'cdk:cloud-assembly' && properties.directoryName) {
      return readAssembly(path.join(directory, properties.directoryName), pathOf(id, artifact));
    }
    if (artifact.type !== 'aws:cloudformation:stack' || !properties.templateFile) return [];
    const [account, region] = /^aws:\/\/([^/]+)\/(.+)$/.exec(artifact.environment ?? '')?.slice(1) ?? [];
    const dependencies = artifact.dependencies ?? [];
    return [{
      id,
      name: properties.stackName ?? id,
      path: pathOf(id, artifact),
      stage,
      directory,
      templateFile: properties.templateFile,
      assetFiles: dependencies.flatMap(it => manifest.artifacts?.[it]?.properties?.file ?? []),
      account: account === 'unknown-account' ? undefined : account,
      region: region === 'unknown-region' ? undefined : region,
      dependencies: dependencies.flatMap(it => stackPaths.get(it) ?? []),
      parameters: properties.parameters ?? {},
    }];
  });
}

function select(found: FoundStack[], wanted: string | undefined): FoundStack[] {
  const selected = wanted === undefined
    ? found.filter(({ stage }) => stage === '')
    : found.filter(({ id, name, path: stackPath }) => [id, name, stackPath].includes(wanted) || stackPath.startsWith(`${wanted}/`));
  if (selected.length > 0) return selected;
  if (found.length === 0) throw new Error('There is no stack in the assembly.');
  const choice = found.map(stack => stack.path).join(', ');
  throw new Error(wanted === undefined
    ? `All stacks are in stages. Choose one with --stack: ${choice}.`
    : `There is no stack ${wanted}. There is: ${choice}.`);
}

/** The selected stacks and those they depend on, these first. A synthesized assembly has no cycles: the CDK refuses them. */
function withDependencies(selected: FoundStack[], found: FoundStack[]): FoundStack[] {
  const ordered = new Set<FoundStack>();
  const visit = (stack: FoundStack): void => {
    for (const dependency of stack.dependencies) {
      const it = found.find(candidate => candidate.path === dependency);
      if (it && !ordered.has(it)) visit(it);
    }
    ordered.add(stack);
  };
  selected.forEach(visit);
  return [...ordered];
}

function load(found: FoundStack, anywhere: Environment): LoadedStack {
  const templateFile = path.join(found.directory, found.templateFile);
  const assets = new Map<string, Asset>();
  for (const assetFile of found.assetFiles) {
    const { files }: { files?: Record<string, FileAsset> } = readJson(path.join(found.directory, assetFile));
    for (const [hash, { source, destinations }] of Object.entries(files ?? {})) {
      // An asset made by a program when it is published: nothing to be found on the disk.
      if (source.path === undefined) continue;
      const location = path.join(found.directory, source.path);
      const asset: Asset = source.packaging === 'zip' ? { directory: location } : { file: location };
      assets.set(hash, asset);
      for (const { objectKey } of Object.values(destinations)) assets.set(objectKey, asset);
    }
  }
  return {
    name: found.name,
    path: found.path,
    template: readTemplate(templateFile),
    environment: { account: found.account ?? anywhere.account, region: found.region ?? anywhere.region },
    dependencies: found.dependencies,
    asset: key => assets.get(key) ?? assets.get(path.posix.basename(key).replace(/\.[^.]*$/, '')),
    watched: [],
    parameters: { ...found.parameters },
  };
}

function readJson(file: string): any {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Error(`${file} cannot be read: ${(error as Error).message}`);
  }
}
