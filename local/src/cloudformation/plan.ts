import type { LoadedStack } from './source';
import type { Environment } from '../environment';
import { findCircle } from './dependency-order';
import { NO_VALUE, references, resolveCondition, takeBranches } from './intrinsics';
import type { Scope } from './intrinsics';
import { parameterValues } from './parameters';

/** A resource of a template whose conditions are decided; its properties may still refer to others. */
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

/** What is to be there when the deployment of a stack has ended. */
export interface Plan {
  readonly resources: ReadonlyMap<string, PlannedResource>;
  readonly outputs: readonly PlannedOutput[];
  /** Resolves what needs nothing but the template and its parameters; of resources and exports it knows nothing. */
  readonly scope: Scope;
}

/**
 * Everything that can be said of a template before anything is made: parameters, conditions, who depends on whom, and all mistakes of that kind.
 * Rules are left alone on purpose: all the CDK writes there is the check of its bootstrap version.
 */
export function planStack({ template, parameters, name }: LoadedStack, stackId: string, environment: Environment): Plan {
  if (template.Transform !== undefined) {
    throw new Error(`The template uses the transform ${[template.Transform].flat().map(describeTransform).join(', ')}, which is not supported here.`);
  }
  const values = parameterValues(template.Parameters ?? {}, parameters);
  for (const [pseudo, value] of pseudoParameters(name, stackId, environment)) values.set(pseudo, value);

  const unresolvable = (what: string) => {
    throw new Error(`${what} can be used in resources and outputs only.`);
  };
  const decided = new Map<string, boolean>();
  const scope: Scope = {
    ref: id => values.has(id) ? values.get(id) : unresolvable(`Ref of ${id}`),
    attribute: id => unresolvable(`Fn::GetAtt of ${id}`),
    importValue: exportName => unresolvable(`Fn::ImportValue of ${exportName}`),
    mapping: (map, first, second) => {
      const value = template.Mappings?.[map]?.[first]?.[second];
      if (value === undefined) throw new Error(`Mappings has no ${map}.${first}.${second}.`);
      return value;
    },
    condition: condition => {
      const written = template.Conditions?.[condition];
      if (written === undefined) throw new Error(`The template has no condition ${condition}.`);
      if (!decided.has(condition)) decided.set(condition, resolveCondition(written, scope));
      return decided.get(condition)!;
    },
  };
  const conditions = Object.keys(template.Conditions ?? {});
  refuseCircle(findCircle(conditions, id => conditionsIn(template.Conditions?.[id])), 'conditions');
  conditions.forEach(scope.condition);

  const written = Object.entries(template.Resources).filter(([, { Condition: condition }]) => condition === undefined || scope.condition(condition));
  const ids = new Set(written.map(([id]) => id));
  const checkedReferences = (value: unknown, where: string): string[] => {
    const found = [...references(value)];
    const nowhere = found.find(id => !ids.has(id) && !values.has(id));
    if (nowhere) throw new Error(`${where} refers to ${nowhere}, and there is no such resource or parameter${conditionNote(nowhere in template.Resources)}.`);
    return found.filter(id => ids.has(id));
  };

  const resources = new Map(written.map(([logicalId, resource]): [string, PlannedResource] => {
    const properties = inPlace(logicalId, () => takeBranches(resource.Properties ?? {}, scope.condition));
    const dependsOn = [resource.DependsOn ?? []].flat();
    const nowhere = dependsOn.find(id => !(id in template.Resources));
    if (nowhere) throw new Error(`${logicalId} depends on ${nowhere}, and there is no such resource.`);
    return [logicalId, {
      logicalId,
      type: resource.Type,
      properties,
      // A resource whose condition is false is no longer waited for.
      dependencies: [...new Set([...checkedReferences(properties, logicalId), ...dependsOn.filter(id => ids.has(id))])],
      deletionPolicy: resource.DeletionPolicy,
      updateReplacePolicy: resource.UpdateReplacePolicy,
    }];
  }));
  refuseCircle(findCircle([...resources.keys()], id => resources.get(id)!.dependencies), 'resources');

  const outputs = Object.entries(template.Outputs ?? {})
    .filter(([, { Condition: condition }]) => condition === undefined || scope.condition(condition))
    .map(([outputName, output]): PlannedOutput => {
      const where = `The output ${outputName}`;
      const value = inPlace(where, () => takeBranches(output.Value, scope.condition));
      const exportName = inPlace(where, () => takeBranches(output.Export?.Name, scope.condition));
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

function refuseCircle(circle: string[] | undefined, what: string): void {
  if (circle) throw new Error(`These ${what} depend on each other in a circle: ${circle.join(' → ')}.`);
}

function describeTransform(transform: unknown): string {
  return typeof transform === 'string' ? transform : JSON.stringify(transform);
}

function conditionNote(isWritten: boolean): string {
  return isWritten ? ' (its condition is false)' : '';
}

function inPlace<T>(where: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Error(`${where}: ${(error as Error).message}`);
  }
}
