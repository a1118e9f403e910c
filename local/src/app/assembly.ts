import * as fs from 'node:fs';
import * as path from 'node:path';
import type { Asset, FindAsset, LoadedStack } from '../cloudformation/source';
import type { Template } from '../cloudformation/template';
import { readTemplate } from '../cloudformation/template-file';
import { CHAT_REGIONS, DEFAULT_ENVIRONMENT, type Environment } from '../environment';
import { ExpectedError } from '../expected-error';

export interface LoadOptions {
  /** Path or name of a stack, or path of a stage for all of its stacks. @default all stacks outside of stages */
  readonly stack?: string;
  /** Region for environment-agnostic stacks. @default the region of the other stacks, or us-east-1 */
  readonly region?: string;
  /** Values of template parameters, by `Name` for every stack that has the parameter, or by `Stack:Name` for one stack. */
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

/** A stack as the manifest describes it; its template is not read yet. */
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
 * Loads the selected stacks of an assembly, and the stacks they depend on.
 *
 * @returns the stacks in deployment order
 */
export function loadAssembly(pathOrTemplateFile: string, options: LoadOptions = {}): LoadedStack[] {
  const location = path.resolve(pathOrTemplateFile);
  if (options.region !== undefined) checkChatRegion(options.region);
  if (!fs.existsSync(location)) throw new ExpectedError(`${pathOrTemplateFile} does not exist.`);
  if (!fs.statSync(location).isDirectory()) return withParameters([loadTemplate(location, options)], options.parameters);

  const found = readAssembly(location);
  const selected = withDependencies(select(found, options.stack), found);
  // Environment-agnostic stacks follow the others, because everything in one runtime is in one environment.
  const fixed = selected.find(stack => stack.region);
  if (fixed && options.region !== undefined && fixed.region !== options.region) {
    throw new ExpectedError(`--region must be ${fixed.region}, the region that the stack ${fixed.path} sets itself, got ${options.region}.`);
  }
  const environment = {
    account: selected.find(stack => stack.account)?.account ?? DEFAULT_ENVIRONMENT.account,
    region: fixed?.region ?? options.region ?? DEFAULT_ENVIRONMENT.region,
  };
  const names = new Set<string>();
  for (const stack of selected) {
    if (names.has(stack.name)) throw new ExpectedError(`Two stacks are named ${stack.name}: choose one with --stack.`);
    names.add(stack.name);
  }
  return withParameters(selected.map(stack => load(stack, environment)), options.parameters);
}

function checkChatRegion(region: string): void {
  if (!CHAT_REGIONS.includes(region)) throw new ExpectedError(`--region must be a region with Amazon IVS Chat, got ${region}: use one of ${CHAT_REGIONS.join(', ')}.`);
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
  const [unknown] = unused;
  if (unknown !== undefined) throw new ExpectedError(`No stack has the parameter ${unknown}: check the name in --parameters.`);
  return loaded;
}

function loadTemplate(file: string, { region = DEFAULT_ENVIRONMENT.region, stack: wanted }: LoadOptions): LoadedStack {
  // Stack names start with a letter and have letters, digits and hyphens.
  const words = path.basename(file).replace(/\.[^.]*$/, '').replace(/\.template$/, '').replace(/[^A-Za-z0-9]+/g, '-');
  const name = words.replace(/^[^A-Za-z]+/, '').replace(/-+$/, '') || 'Template';
  if (wanted !== undefined && wanted !== name) throw new ExpectedError(`--stack must be ${name}, the stack of ${path.basename(file)}, got ${wanted}: leave it out.`);
  const template = readTemplate(file);
  const asset = assetsRelativeTo(path.dirname(file));
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

/** Resolves the paths that `aws cloudformation package` accepts, such as `Code: ./src` and `TemplateURL: ./nested.yaml`. */
function assetsRelativeTo(folder: string): FindAsset {
  return relative => {
    const target = path.resolve(folder, relative);
    if (!fs.existsSync(target)) return undefined;
    return fs.statSync(target).isDirectory() ? { directory: target } : { file: target, asset: assetsRelativeTo(path.dirname(target)) };
  };
}

/** Paths given by intrinsic functions are skipped. @param ancestors templates this one is nested in */
function watchedBy(template: Template, find: FindAsset, ancestors: readonly string[] = []): string[] {
  return Object.values(template.Resources).flatMap(({ Properties: properties = {}, Type: type }): string[] => {
    const { Code, Content, TemplateURL: url } = properties;
    if (type === 'AWS::Lambda::Function' || type === 'AWS::Lambda::LayerVersion') {
      const code = type === 'AWS::Lambda::Function' ? Code : Content;
      const asset = typeof code === 'string' ? find(code) : undefined;
      return asset ? ['file' in asset ? asset.file : asset.directory] : [];
    }
    if (type !== 'AWS::CloudFormation::Stack' || typeof url !== 'string') return [];
    const nested = find(url);
    if (!nested || !('file' in nested)) return [];
    if (ancestors.includes(nested.file)) throw new ExpectedError(`${path.basename(nested.file)} is nested in itself.`);
    return [nested.file, ...watchedBy(readTemplate(nested.file), nested.asset!, [...ancestors, nested.file])];
  });
}

function readAssembly(directory: string, stage = ''): FoundStack[] {
  const manifestFile = path.join(directory, 'manifest.json');
  if (!fs.existsSync(manifestFile)) {
    throw new ExpectedError(`${directory} is not a cloud assembly, because it has no manifest.json: synthesize the app first, or pass its output folder (cdk.out).`);
  }
  const manifest: Manifest = readJson(manifestFile);
  if (manifest.missing?.length) {
    const providers = [...new Set(manifest.missing.map(({ provider }) => provider))].join(', ');
    throw new ExpectedError(`The app needs context values from an AWS account (${providers}): `
      + 'run `cdk synth` once with credentials for the account, which writes them to cdk.context.json, or add them there by hand.');
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
  if (found.length === 0) throw new ExpectedError('The cloud assembly has no stacks: add one to the app.');
  const choice = found.map(stack => stack.path).join(', ');
  throw new ExpectedError(wanted === undefined
    ? `All stacks are in stages: choose a stage or a stack with --stack. Stacks: ${choice}.`
    : `--stack must be the path of a stack or stage, got ${wanted}. Stacks: ${choice}.`);
}

/** Adds the dependencies of the selected stacks, and sorts dependencies first. The CDK refuses cycles, so an assembly has none. */
function withDependencies(selected: FoundStack[], found: FoundStack[]): FoundStack[] {
  const ordered = new Set<FoundStack>();
  const visit = (stack: FoundStack): void => {
    for (const dependency of stack.dependencies) {
      const other = found.find(candidate => candidate.path === dependency);
      if (other && !ordered.has(other)) visit(other);
    }
    ordered.add(stack);
  };
  selected.forEach(visit);
  return [...ordered];
}

function load(found: FoundStack, defaults: Environment): LoadedStack {
  const templateFile = path.join(found.directory, found.templateFile);
  const assets = new Map<string, Asset>();
  for (const assetFile of found.assetFiles) {
    const { files }: { files?: Record<string, FileAsset> } = readJson(path.join(found.directory, assetFile));
    for (const [hash, { source, destinations }] of Object.entries(files ?? {})) {
      // A command builds this asset when it is published: there is no file.
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
    environment: { account: found.account ?? defaults.account, region: found.region ?? defaults.region },
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
    throw new ExpectedError(`${file} cannot be read: ${(error as Error).message}`);
  }
}
