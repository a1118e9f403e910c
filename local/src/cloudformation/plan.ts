import type { LoadedStack } from './source';
import type { Environment } from '../environment';
import { findCycle } from './dependency-order';
import { NO_VALUE, references, resolveCondition, takeBranches, type Scope } from './intrinsics';
import { parameterValues } from './parameters';
import { ExpectedError } from '../expected-error';

/** A resource after conditions are evaluated. Its properties may still refer to other resources. */
export interface PlannedResource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: unknown;
  readonly dependencies: readonly string[];
  readonly deletionPolicy?: string;
  readonly updateReplacePolicy?: string;
}

export interface PlannedOutput {
  readonly name: string;
  readonly value: unknown;
  readonly exportName?: unknown;
}

/** The resources and outputs that a stack has after its deployment. */
export interface Plan {
  readonly resources: ReadonlyMap<string, PlannedResource>;
  readonly outputs: readonly PlannedOutput[];
  /** Resolves values of the template and its parameters; throws for resources and exports. */
  readonly scope: Scope;
}

/**
 * Evaluates parameters, conditions and dependencies, and throws for every mistake that can be found before a resource is created.
 *
 * Rules are ignored, because the CDK uses them only to check the version of its bootstrap stack.
 */
export function planStack({ template, parameters, name }: LoadedStack, stackId: string, environment: Environment): Plan {
  if (template.Transform !== undefined) {
    throw new ExpectedError(`Transforms are not supported, got ${[template.Transform].flat().map(describeTransform).join(', ')}: deploy the transformed template.`);
  }
  const values = parameterValues(template.Parameters ?? {}, parameters);
  for (const [pseudo, value] of pseudoParameters(name, stackId, environment)) values.set(pseudo, value);

  const unresolvable = (what: string) => {
    throw new ExpectedError(`${what} must be in a resource or an output.`);
  };
  const evaluated = new Map<string, boolean>();
  const scope: Scope = {
    ref: id => values.has(id) ? values.get(id) : unresolvable(`Ref of ${id}`),
    attribute: id => unresolvable(`Fn::GetAtt of ${id}`),
    importValue: exportName => unresolvable(`Fn::ImportValue of ${exportName}`),
    mapping: (map, first, second) => {
      const value = template.Mappings?.[map]?.[first]?.[second];
      if (value === undefined) throw new ExpectedError(`Mappings has no ${map}.${first}.${second}.`);
      return value;
    },
    condition: condition => {
      const expression = template.Conditions?.[condition];
      if (expression === undefined) throw new ExpectedError(`The template has no condition ${condition}.`);
      if (!evaluated.has(condition)) evaluated.set(condition, resolveCondition(expression, scope));
      return evaluated.get(condition)!;
    },
  };
  const conditions = Object.keys(template.Conditions ?? {});
  refuseCycle(findCycle(conditions, id => conditionsIn(template.Conditions?.[id])), 'conditions');
  conditions.forEach(scope.condition);

  const included = Object.entries(template.Resources).filter(([, { Condition: condition }]) => condition === undefined || scope.condition(condition));
  const ids = new Set(included.map(([id]) => id));
  const checkedReferences = (value: unknown, where: string): string[] => {
    const found = [...references(value)];
    const unknown = found.find(id => !ids.has(id) && !values.has(id));
    if (unknown) throw new ExpectedError(`${where} refers to ${unknown}, ${unknown in template.Resources ? 'whose condition is false' : 'which is not a resource or parameter of the template'}.`);
    return found.filter(id => ids.has(id));
  };

  const resources = new Map(included.map(([logicalId, resource]): [string, PlannedResource] => {
    const properties = withPrefix(logicalId, () => takeBranches(resource.Properties ?? {}, scope.condition));
    const dependsOn = [resource.DependsOn ?? []].flat();
    const unknown = dependsOn.find(id => !(id in template.Resources));
    if (unknown) throw new ExpectedError(`${logicalId} depends on ${unknown}, which is not a resource of the template.`);
    return [logicalId, {
      logicalId,
      type: resource.Type,
      properties,
      // DependsOn ignores resources whose condition is false.
      dependencies: [...new Set([...checkedReferences(properties, logicalId), ...dependsOn.filter(id => ids.has(id))])],
      deletionPolicy: resource.DeletionPolicy,
      updateReplacePolicy: resource.UpdateReplacePolicy,
    }];
  }));
  refuseCycle(findCycle([...resources.keys()], id => resources.get(id)!.dependencies), 'resources');

  const outputs = Object.entries(template.Outputs ?? {})
    .filter(([, { Condition: condition }]) => condition === undefined || scope.condition(condition))
    .map(([outputName, output]): PlannedOutput => {
      const where = `The output ${outputName}`;
      const value = withPrefix(where, () => takeBranches(output.Value, scope.condition));
      const exportName = withPrefix(where, () => takeBranches(output.Export?.Name, scope.condition));
      checkedReferences([value, exportName], where);
      return { name: outputName, value, exportName };
    });
  return { resources, outputs, scope };
}

function pseudoParameters(stackName: string, stackId: string, { account, region }: Environment): [string, unknown][] {
  return [
    ['AWS::AccountId', account],
    ['AWS::NoValue', NO_VALUE],
    ['AWS::NotificationARNs', []],
    ['AWS::Partition', 'aws'],
    ['AWS::Region', region],
    ['AWS::StackId', stackId],
    ['AWS::StackName', stackName],
    ['AWS::URLSuffix', 'amazonaws.com'],
  ];
}

function conditionsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => key === 'Condition' && typeof item === 'string' ? [item] : conditionsIn(item));
}

function refuseCycle(cycle: string[] | undefined, what: string): void {
  if (cycle) throw new ExpectedError(`Circular dependency between ${what}: ${cycle.join(' → ')}.`);
}

function describeTransform(transform: unknown): string {
  return typeof transform === 'string' ? transform : JSON.stringify(transform);
}

function withPrefix<T>(prefix: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new ExpectedError(`${prefix}: ${(error as Error).message}`);
  }
}
