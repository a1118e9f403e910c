import type { LoadedStack } from './source';
import type { Environment } from '../environment';
import { findCycle } from './dependency-order';
import { functionOf, NO_VALUE, referencesIn, resolveCondition, takeBranches, type Scope } from './intrinsics';
import { parameterValues } from './parameters';
import type { ResourceType } from './resource-type';
import { ExpectedError } from '../expected-error';
import { inSubject } from '../faults';

/** A resource after conditions are evaluated. Its properties may still refer to other resources. */
export interface PlannedResource {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Readonly<Record<string, unknown>>;
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
  /** Resolves values of the template and its parameters; throws for resources and exports, and does not know the types of resources. */
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
    hasDeadAddresses: () => false,
    isStandIn: () => false,
    importValue: exportName => unresolvable(`Fn::ImportValue of ${exportName}`),
    mapping: (map, first, second) => {
      const value = own(own(own(template.Mappings ?? {}, map) ?? {}, first) ?? {}, second);
      if (value === undefined) throw new ExpectedError(`Mappings has no ${map}.${first}.${second}.`);
      return value;
    },
    condition: condition => {
      const expression = own(template.Conditions ?? {}, condition);
      if (expression === undefined) throw new ExpectedError(`The template has no condition ${condition}.`);
      if (!evaluated.has(condition)) evaluated.set(condition, inSubject(`The condition ${condition}`, () => resolveCondition(expression, scope)));
      return evaluated.get(condition)!;
    },
  };
  const conditions = Object.keys(template.Conditions ?? {});
  refuseCycle(findCycle(conditions, id => conditionsIn(own(template.Conditions ?? {}, id))), 'conditions');
  conditions.forEach(scope.condition);

  const isIncluded = ({ Condition: condition }: { readonly Condition?: string }, where: string) => {
    return condition === undefined || inSubject(where, () => scope.condition(condition));
  };
  const included = Object.entries(template.Resources).filter(([id, resource]) => isIncluded(resource, id));
  const ids = new Set(included.map(([id]) => id));
  const checkedReferences = (value: unknown, where: string): string[] => {
    const found = [...inSubject(where, () => referencesIn(value))];
    const unknown = found.find(id => !ids.has(id) && !values.has(id));
    if (unknown) throw new ExpectedError(`${where} refers to ${unknown}, ${Object.hasOwn(template.Resources, unknown) ? 'whose condition is false' : 'which is not a resource or parameter of the template'}.`);
    return found.filter(id => ids.has(id));
  };

  const resources = new Map(included.map(([logicalId, resource]): [string, PlannedResource] => {
    const properties = inSubject(logicalId, () => propertiesOf(resource.Properties ?? {}, scope.condition));
    const references = Object.entries(properties).flatMap(([property, value]) => checkedReferences(value, `${logicalId}: ${property}`));
    const dependsOn = [resource.DependsOn ?? []].flat();
    const unknown = dependsOn.find(id => !Object.hasOwn(template.Resources, id));
    if (unknown) throw new ExpectedError(`${logicalId} depends on ${unknown}, which is not a resource of the template.`);
    return [logicalId, {
      logicalId,
      type: resource.Type,
      properties,
      // DependsOn ignores resources whose condition is false.
      dependencies: [...new Set([...references, ...dependsOn.filter(id => ids.has(id))])],
      deletionPolicy: resource.DeletionPolicy,
      updateReplacePolicy: resource.UpdateReplacePolicy,
    }];
  }));
  refuseCycle(findCycle([...resources.keys()], id => resources.get(id)!.dependencies), 'resources');

  const outputs = Object.entries(template.Outputs ?? {})
    .filter(([outputName, output]) => isIncluded(output, `The output ${outputName}`))
    .map(([outputName, output]): PlannedOutput => {
      const where = `The output ${outputName}`;
      const value = inSubject(where, () => takeBranches(output.Value, scope.condition));
      const exportName = inSubject(where, () => takeBranches(output.Export?.Name, scope.condition));
      checkedReferences([value, exportName], where);
      return { name: outputName, value, exportName };
    });
  return { resources, outputs, scope };
}

/** What the types of resources mean for those that refer to them. */
export function scopeOfTypes({ resources }: Plan, typeOf: (type: string) => ResourceType): Pick<Scope, 'hasDeadAddresses' | 'isStandIn'> {
  const find = (id: string) => {
    const planned = resources.get(id);
    return planned && typeOf(planned.type);
  };
  return { isStandIn: id => find(id)?.isStandIn === true, hasDeadAddresses: id => find(id)?.hasDeadAddresses === true };
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

/** Conditions that a condition refers to. */
function conditionsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const name: unknown = key === 'Condition' ? item : key === 'Fn::If' && Array.isArray(item) ? item[0] : undefined;
    return [...typeof name === 'string' ? [name] : [], ...conditionsIn(item)];
  });
}

function refuseCycle(cycle: string[] | undefined, what: string): void {
  if (cycle) throw new ExpectedError(`Circular dependency between ${what}: ${cycle.join(' → ')}.`);
}

/** Intrinsic functions are allowed in each property, not in place of all of them. */
function propertiesOf(properties: Readonly<Record<string, unknown>>, condition: (name: string) => boolean): Readonly<Record<string, unknown>> {
  const name = functionOf(properties);
  if (name !== undefined) throw new ExpectedError(`Properties must be a map of properties, got ${name}.`);
  const taken = Object.entries(properties).map(([property, value]) => [property, inSubject(property, () => takeBranches(value, condition))]);
  return Object.fromEntries(taken);
}

/** Without what every object inherits, such as `constructor`. */
function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function describeTransform(transform: unknown): string {
  return typeof transform === 'string' ? transform : JSON.stringify(transform);
}
