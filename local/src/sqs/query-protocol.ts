import { SqsError } from './errors';
import type { Input } from './input';
import { escapeXml } from '../http/escape-xml';
import { textOf } from '../http/text-of';

const NAMESPACE = 'http://queue.amazonaws.com/doc/2012-11-05/';

/** Members of inputs whose elements are repeated with a name in the singular and a number: `AttributeName.1=All`. */
const LISTS: Readonly<Record<string, string>> = {
  AttributeName: 'AttributeNames',
  ChangeMessageVisibilityBatchRequestEntry: 'Entries',
  DeleteMessageBatchRequestEntry: 'Entries',
  MessageAttributeName: 'MessageAttributeNames',
  MessageSystemAttributeName: 'MessageSystemAttributeNames',
  SendMessageBatchRequestEntry: 'Entries',
};

/** Members of inputs that are numbered pairs of Name and Value. */
const MAPS: Readonly<Record<string, string>> = { MessageAttribute: 'MessageAttributes', MessageSystemAttribute: 'MessageSystemAttributes' };

const NUMBERS = ['DelaySeconds', 'MaxNumberOfMessages', 'MaxResults', 'VisibilityTimeout', 'WaitTimeSeconds'];

/** In the name of a parameter, separated by dots. The longest one has six: `SendMessageBatchRequestEntry.1.MessageAttribute.1.Value.DataType`. */
const MAXIMUM_PARTS = 10;

/** Names of the elements of an output's lists. */
const ELEMENTS: Readonly<Record<string, (operation: string) => string>> = {
  Failed: () => 'BatchResultErrorEntry',
  Messages: () => 'Message',
  QueueUrls: () => 'QueueUrl',
  Successful: operation => `${operation}ResultEntry`,
};

/** Form parameters, nested by the dots in their names. */
interface Tree { [name: string]: Tree | string }

/**
 * Reads the input of an operation from the form parameters of the query protocol, which SDKs before 2023 use.
 *
 * Throws a SqsError if the name of a parameter has too many parts.
 */
export function parseForm(form: URLSearchParams): Input {
  const tree: Tree = newTree();
  for (const [name, value] of form) {
    let parent = tree;
    const path = name.split('.', MAXIMUM_PARTS + 1);
    if (path.length > MAXIMUM_PARTS) throw new SqsError('SerializationException', `The name of a parameter must have at most ${MAXIMUM_PARTS} parts, separated by dots.`);
    for (const part of path.slice(0, -1)) {
      const child = parent[part];
      parent = typeof child === 'object' ? child : parent[part] = newTree();
    }
    parent[path[path.length - 1]] = value;
  }
  return toInput(tree);
}

export function formatOutput(operation: string, output: object, requestId: string): string {
  const result = Object.keys(output).length === 0 ? '' : `<${operation}Result>${elements(output, operation)}</${operation}Result>`;
  return `<?xml version="1.0"?><${operation}Response xmlns="${NAMESPACE}">${result}<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata></${operation}Response>`;
}

export function formatError(code: string, message: string, requestId: string): string {
  return `<?xml version="1.0"?><ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type><Code>${code}</Code>`
    + `<Message>${escapeXml(message)}</Message></Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
}

/** Without prototype: names are input of the caller. */
function newTree(): Tree {
  return Object.create(null) as Tree;
}

function toInput(tree: Tree): Input {
  return Object.fromEntries(Object.entries(tree).map(([name, value]) => {
    if (typeof value === 'string') return [name, NUMBERS.includes(name) && /^-?\d+$/.test(value) ? Number(value) : value];
    const items = Object.entries(value).sort(([one], [other]) => Number(one) - Number(other)).map(([, item]) => item);
    if (name in LISTS) return [LISTS[name], items.map(item => typeof item === 'string' ? item : toInput(item))];
    if (name in MAPS) return [MAPS[name], Object.fromEntries(items.map(item => typeof item === 'string' ? ['', item] : [textOf(item.Name), toValue(item.Value)]))];
    return [name, toInput(value)];
  }));
}

function toValue(value: Tree | string | undefined): Input | string | undefined {
  return typeof value === 'object' ? toInput(value) : value;
}

function elements(value: object, operation: string): string {
  return Object.entries(value).map(([name, item]: [string, unknown]) => {
    if (Array.isArray(item)) return item.map(each => element(ELEMENTS[name](operation), each, operation)).join('');
    if (name === 'Attributes' || name === 'MessageAttributes') {
      return Object.entries(item as object).map(([key, each]) => element(name.slice(0, -1), { Name: key, Value: each as unknown }, operation)).join('');
    }
    return element(name, item, operation);
  }).join('');
}

function element(name: string, value: unknown, operation: string): string {
  return `<${name}>${typeof value === 'object' && value !== null ? elements(value, operation) : escapeXml(String(value))}</${name}>`;
}
