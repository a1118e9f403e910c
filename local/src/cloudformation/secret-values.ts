import { isObject } from './template';
import { parseJson } from '../http/parse-json';

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references-secretsmanager.html */
const REFERENCE = /\{\{resolve:secretsmanager:(arn:[^:{}]+:secretsmanager:[^:{}]*:[^:{}]*:secret:[^:{}]+|[^:{}]+)(?::SecretString(?::([^:{}]*)(?::[^:{}]*){0,2})?)?\}\}/g;

/** The values of the deployed secrets, for dynamic references. */
export class SecretValues {
  /** By ARN and by name. */
  private readonly values = new Map<string, string>();

  public get isEmpty(): boolean {
    return this.values.size === 0;
  }

  public put(arn: string, name: string, value: string): void {
    for (const id of [arn, name]) this.values.set(id, value);
  }

  public delete(arn: string, name: string): void {
    for (const id of [arn, name]) this.values.delete(id);
  }

  /** Whether the value of a dynamic reference is known. */
  public has(reference: string): boolean {
    return this.resolveText(reference) !== reference;
  }

  /** Replaces the dynamic references to deployed secrets in all texts of a value. */
  public resolve<T>(value: T): T {
    if (typeof value === 'string') return this.resolveText(value) as T;
    if (Array.isArray(value)) return value.map(item => this.resolve(item as unknown)) as T;
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.resolve(item)])) as T;
  }

  private resolveText(text: string): string {
    return text.replace(REFERENCE, (whole, id: string, key: string | undefined) => this.valueOf(id, key) ?? whole);
  }

  private valueOf(id: string, key: string | undefined): string | undefined {
    const value = this.values.get(id);
    if (value === undefined || !key) return value;
    const member = memberOf(value, key);
    return member === undefined ? undefined : String(member);
  }
}

function memberOf(json: string, key: string): unknown {
  try {
    const value = parseJson(json);
    return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  } catch {
    return undefined;
  }
}
