import {
  CfnElement, CfnOutput, DefaultTokenResolver, type IPostProcessor, type IResolvable, type IResolveContext, Reference, Stack, StringConcat,
  Token, Tokenization,
} from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Returns the construct that a string such as a `functionArn` refers to: the L1 behind `Ref` or `Fn::GetAtt`.
 *
 * Returns `undefined` for a literal and for a string that consists of several parts.
 */
export function referencedConstruct(value: string | undefined): IConstruct | undefined {
  if (value === undefined || !Token.isUnresolved(value)) return undefined;
  const token = Tokenization.reverse(value, { failConcat: false });
  return Reference.isReference(token) ? token.target : undefined;
}

/** Returns the L1 of an L2, or the L1 that was passed. Imports have none. */
export function l1Of(construct: IConstruct): IConstruct | undefined {
  return CfnElement.isCfnElement(construct) ? construct : construct.node.defaultChild;
}

/**
 * Returns the constructs that a value refers to, such as an ARN that contains an attribute: by a reference, also inside a
 * function such as `Fn.join()`, by a logical ID, as in `Fn.sub()`, or by an export of a stack in this app.
 *
 * @param scope the construct in whose template the value is
 */
export function referencedConstructs(scope: IConstruct, value: unknown): IConstruct[] {
  const collector = new ReferenceCollector();
  Tokenization.resolve(value, { scope, preparing: true, resolver: collector });
  return [
    ...collector.constructs,
    ...elementsOf(scope, collector.logicalIds),
    ...outputsOf(scope, collector.exportNames).flatMap(output => referencedConstructs(output, String(output.value))),
  ];
}

/** Returns the resources of the stack of the scope. Only what is in a stack can refer to logical ids. */
function elementsOf(scope: IConstruct, logicalIds: Set<string>): IConstruct[] {
  if (logicalIds.size === 0) return [];
  const stack = Stack.of(scope);
  return stack.node.findAll().filter(construct => CfnElement.isCfnElement(construct)
    && construct.stack === stack && logicalIds.has(stack.resolve(construct.logicalId) as string));
}

function outputsOf(scope: IConstruct, exportNames: Set<string>): CfnOutput[] {
  if (exportNames.size === 0) return [];
  return scope.node.root.node.findAll().filter((construct): construct is CfnOutput => construct instanceof CfnOutput
    && exportNames.has(JSON.stringify(construct.stack.resolve(construct.exportName))));
}

/** Collects what a value refers to while it is resolved. */
class ReferenceCollector extends DefaultTokenResolver {
  public readonly constructs: IConstruct[] = [];
  public readonly logicalIds = new Set<string>();
  /** As JSON, because a name can contain intrinsic functions. */
  public readonly exportNames = new Set<string>();

  constructor() {
    super(new StringConcat());
  }

  public override resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor): unknown {
    if (Reference.isReference(token)) {
      this.constructs.push(token.target);
      return '';
    }
    const resolved: unknown = super.resolveToken(token, context, postProcessor);
    this.collectNames(resolved);
    return resolved;
  }

  private collectNames(value: unknown): void {
    if (typeof value !== 'object' || value === null) return;
    for (const [key, argument] of Object.entries(value)) {
      if (key === 'Ref') this.logicalIds.add(String(argument));
      if (key === 'Fn::GetAtt') this.logicalIds.add(String(Array.isArray(argument) ? argument[0] : argument).split('.')[0]);
      if (key === 'Fn::Sub') this.collectVariables(String(Array.isArray(argument) ? argument[0] : argument));
      if (key === 'Fn::ImportValue') this.exportNames.add(JSON.stringify(argument));
      this.collectNames(argument);
    }
  }

  private collectVariables(text: string): void {
    for (const [, name] of text.matchAll(/\$\{([^!.}][^.}]*)/g)) this.logicalIds.add(name);
  }
}
