import { isAlias, isMap, isScalar, isSeq, parseDocument, visit, type Alias, type Document, type Node } from 'yaml';
import { attributePath } from './attribute-path';
import { ExpectedError } from '../expected-error';

/** Short forms in YAML: `!Sub x` is `{ Fn::Sub: x }`. `!Ref` and `!Condition` have no `Fn::`. */
const SHORT_FORMS = [
  'And', 'Base64', 'Cidr', 'Equals', 'FindInMap', 'GetAtt', 'GetAZs', 'If', 'ImportValue', 'Join', 'Length', 'Not', 'Or', 'Select', 'Split', 'Sub',
  'ToJsonString', 'Transform',
];

/** Parses a template by YAML 1.2, because the 1.1 rules turn `2012-10-17` into a date and the key `Y` into true. */
export function parseYaml(text: string, name: string): unknown {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) throw new ExpectedError(`${name} is not valid YAML: ${error.message.split('\n')[0]}`);
  return new PlainValues(document, name).of(document.contents);
}

/** A template has at most 1 MB. Nested aliases could make billions of values of a few lines. */
const MAX_ALIASED_VALUES = 100_000;

/** Converts nodes of a YAML document to plain values. */
class PlainValues {
  private readonly targets = new Map<Alias, Node | undefined>();
  private aliasedValues = 0;

  constructor(document: Document, private readonly name: string) {
    const anchors = new Map<string, Node>();
    visit(document, {
      Node: (_key, node) => {
        if (isAlias(node)) this.targets.set(node, anchors.get(node.source));
        else if (node.anchor !== undefined) anchors.set(node.anchor, node);
      },
    });
  }

  /** @param within the aliased nodes that this node is in */
  public of(node: unknown, within: readonly Node[] = []): unknown {
    if (within.length > 0 && ++this.aliasedValues > MAX_ALIASED_VALUES) {
      throw new ExpectedError(`${this.name} has YAML aliases for more than ${MAX_ALIASED_VALUES} values: write fewer aliases within aliases.`);
    }
    if (isAlias(node)) return this.ofAlias(node, within);
    const value = isMap(node)
      ? Object.fromEntries(node.items.map(item => [String(isScalar(item.key) ? item.key.value : item.key), this.of(item.value, within)]))
      : isSeq(node) ? node.items.map(item => this.of(item, within))
        : isScalar(node) ? node.value : null;
    const tag = (node as Node | null)?.tag;
    return tag?.startsWith('!') ? longForm(tag.slice(1), value, this.name) : value;
  }

  private ofAlias(alias: Alias, within: readonly Node[]): unknown {
    const target = this.targets.get(alias);
    if (!target) throw new ExpectedError(`${this.name} has the YAML alias *${alias.source} without an anchor &${alias.source}.`);
    if (within.includes(target)) throw new ExpectedError(`${this.name} has the YAML anchor &${alias.source}, which contains itself.`);
    return this.of(target, [...within, target]);
  }
}

function longForm(tag: string, value: unknown, name: string): unknown {
  if (tag === 'Ref' || tag === 'Condition') return { [tag]: value };
  if (tag === 'GetAtt' && typeof value === 'string') return { 'Fn::GetAtt': attributePath(value) };
  if (SHORT_FORMS.includes(tag)) return { [`Fn::${tag}`]: value };
  throw new ExpectedError(`${name} has the YAML tag !${tag}, which is not a CloudFormation function.`);
}
