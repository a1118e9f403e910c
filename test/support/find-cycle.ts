/** The part of a template that contains dependencies. */
interface TemplateLike { readonly Resources?: Record<string, unknown> }

/**
 * Finds a circular dependency by DependsOn, Ref, Fn::GetAtt and Fn::Sub, as CloudFormation does. The CDK does not report them.
 *
 * @returns the logical IDs of a cycle, with the first repeated at the end
 */
export function findCycle(template: TemplateLike): string[] | undefined {
  const resources = template.Resources ?? {};
  const edges = new Map(Object.entries(resources).map(([id, resource]) => [id, dependenciesOf(resource, resources)]));
  const done = new Set<string>();

  const visit = (id: string, path: string[]): string[] | undefined => {
    if (path.includes(id)) return [...path.slice(path.indexOf(id)), id];
    if (done.has(id)) return undefined;
    for (const next of edges.get(id)!) {
      const cycle = visit(next, [...path, id]);
      if (cycle) return cycle;
    }
    done.add(id);
    return undefined;
  };

  for (const id of edges.keys()) {
    const cycle = visit(id, []);
    if (cycle) return cycle;
  }
  return undefined;
}

function dependenciesOf(resource: unknown, resources: Record<string, unknown>): Set<string> {
  const found = new Set<string>();
  const add = (id: unknown) => {
    if (typeof id === 'string' && id in resources) found.add(id);
  };
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) return value.forEach(walk);
    if (typeof value !== 'object' || value === null) return;
    for (const [key, inner] of Object.entries(value)) {
      if (key === 'Ref') add(inner);
      else if (key === 'Fn::GetAtt') add(Array.isArray(inner) ? inner[0] : String(inner).split('.')[0]);
      else if (key === 'Fn::Sub') subIds(inner).forEach(add);
      walk(inner);
    }
  };
  walk(resource);
  [(resource as { DependsOn?: string | string[] }).DependsOn ?? []].flat().forEach(add);
  return found;
}

function subIds(sub: unknown): string[] {
  const [text, variables] = Array.isArray(sub) ? sub : [sub, {}];
  const ids = [...String(text).matchAll(/\$\{([^!}.]+)[^}]*\}/g)].map(match => match[1]);
  return ids.filter(id => !(id in (variables ?? {})));
}
