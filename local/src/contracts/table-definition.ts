export interface KeyAttribute {
  readonly name: string;
  readonly type: 'B' | 'N' | 'S';
}

/** The key of a table or an index. */
export interface KeySchema {
  readonly hash: KeyAttribute;
  readonly range?: KeyAttribute;
}

/** The attributes that an index has besides the keys. */
export interface Projection {
  readonly type: 'ALL' | 'INCLUDE' | 'KEYS_ONLY';
  /** For the type INCLUDE. */
  readonly attributes?: readonly string[];
}

export interface IndexDefinition {
  readonly indexName: string;
  readonly isLocal: boolean;
  readonly key: KeySchema;
  readonly projection: Projection;
}

/** The properties of a table in a template that have an effect. */
export interface TableDefinition {
  readonly tableName: string;
  readonly key: KeySchema;
  /** Global ones first. */
  readonly indexes: readonly IndexDefinition[];
  readonly billingMode: 'PAY_PER_REQUEST' | 'PROVISIONED';
}
