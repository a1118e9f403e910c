import type { Permission } from './operations/operation';
import type { Tables } from './tables';
import type { AuthorizationRequest } from '../iam/evaluator';

/** What a caller must be allowed to do for a permission: an action on a table, or on an index of it. */
export function authorizationRequest(tables: Tables, { action, indexName, items, tableName }: Permission): AuthorizationRequest {
  return {
    action: `dynamodb:${action}`,
    resource: `${tables.arn(tableName)}${indexName === undefined ? '' : `/index/${indexName}`}`,
    context: leadingKeys(tables, tableName, items),
  };
}

/** The hash keys of items, as policies compare them. */
function leadingKeys(tables: Tables, tableName: string, items: Permission['items'] = []): Record<string, string[]> {
  const hash = tables.find(tableName)?.definition.key.hash;
  const keys = hash ? items.flatMap(item => Object.values(item[hash.name] ?? {})).map(String) : [];
  return keys.length > 0 ? { 'dynamodb:LeadingKeys': [...new Set(keys)] } : {};
}
