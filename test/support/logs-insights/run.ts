import { type Command, type Condition, type Expression, type Named, parseQuery } from './parse';

/** An event of a log group. */
export interface LogEvent {
  readonly timestamp: number;
  readonly logStream: string;
  readonly message: string;
}

type Value = number | string | undefined;
export type Row = Readonly<Record<string, Value>>;

/** Runs a query on events, whose messages are JSON. Throws if the query uses a field that no event has and no command defines. */
export function runQuery(query: string, events: readonly LogEvent[]): Row[] {
  const commands = parseQuery(query);
  let rows: Row[] = events.map(({ logStream, message, timestamp }) => ({
    ...flatten(JSON.parse(message) as object), '@timestamp': timestamp, '@logStream': logStream, '@message': message,
  }));
  validateFields(commands, new Set(rows.flatMap(row => Object.keys(row))));
  for (const command of commands) rows = apply(command, rows);
  const shown = shownFields(commands);
  return rows.map(row => Object.fromEntries(shown.flatMap(name => row[name] === undefined ? [] : [[name, row[name]]])));
}

/** CloudWatch Logs discovers the fields of JSON, with dots. */
function flatten(value: object, prefix = ''): Row {
  return Object.fromEntries(Object.entries(value).flatMap(([key, inner]: [string, unknown]) => {
    const name = `${prefix}${key}`;
    return typeof inner === 'object' && inner !== null ? Object.entries(flatten(inner, `${name}.`)) : [[name, inner as Value]];
  }));
}

/** The fields of the last `display`, or those of `fields` and `stats`. */
function shownFields(commands: readonly Command[]): string[] {
  const display = commands.filter(each => each.command === 'display').at(-1);
  if (display) return [...display.names];
  const stats = commands.find(each => each.command === 'stats');
  if (stats) return [...stats.by, ...stats.aggregates].map(({ alias }) => alias);
  return commands.flatMap(each => each.command === 'fields' ? each.fields.map(({ alias }) => alias) : []);
}

function apply(command: Command, rows: Row[]): Row[] {
  switch (command.command) {
    case 'display': return rows;
    case 'fields': return rows.map(row => ({ ...row, ...evaluated(command.fields, row) }));
    case 'filter': return rows.filter(row => holds(command.condition, row));
    case 'limit': return rows.slice(0, command.count);
    case 'parse': return rows.map(row => ({ ...row, ...command.pattern.exec(String(evaluate(command.source, row) ?? ''))?.groups }));
    case 'sort': return sorted(rows, command.by, command.descending);
    case 'stats': return grouped(rows, command.aggregates, command.by);
  }
}

function evaluated(fields: readonly Named[], row: Row): Row {
  return Object.fromEntries(fields.map(({ alias, expression }) => [alias, evaluate(expression, row)]));
}

function evaluate(expression: Expression, row: Row): Value {
  switch (expression.type) {
    case 'field': return row[expression.name];
    case 'text': return expression.value;
    case 'call': return call(expression.name, expression.args, row);
    default: throw new Error(`${expression.type} is not a value`);
  }
}

function call(name: string, args: readonly Expression[], row: Row): Value {
  if (name === 'coalesce') return args.map(each => evaluate(each, row)).find(value => value !== undefined);
  const [period] = args;
  if (name === 'bin' && period.type === 'period') return Math.floor(Number(row['@timestamp']) / period.milliseconds) * period.milliseconds;
  throw new Error(`${name} cannot be evaluated here`);
}

function holds(condition: Condition, row: Row): boolean {
  switch (condition.type) {
    case 'and': return condition.conditions.every(each => holds(each, row));
    case 'or': return condition.conditions.some(each => holds(each, row));
    case 'equal': return evaluate(condition.left, row) !== undefined && evaluate(condition.left, row) === evaluate(condition.right, row);
    case 'like': return condition.pattern.test(String(evaluate(condition.left, row) ?? ''));
    case 'present': return evaluate(condition.field, row) !== undefined;
  }
}

/** Only numbers: strings are in an order of their own, which depends on the digits in them. */
function sorted(rows: Row[], by: Expression, descending: boolean): Row[] {
  const valueOf = (row: Row) => {
    const value = evaluate(by, row);
    if (typeof value !== 'number') throw new Error(`sorts by ${JSON.stringify(value)}, which is not a number`);
    return value;
  };
  return [...rows].sort((one, other) => (valueOf(one) - valueOf(other)) * (descending ? -1 : 1));
}

function grouped(rows: Row[], aggregates: readonly Named[], by: readonly Named[]): Row[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const key = JSON.stringify(Object.values(evaluated(by, row)));
    groups.set(key, [...groups.get(key) ?? [], row]);
  }
  return [...groups.values()].map(group => ({
    ...evaluated(by, group[0]),
    ...Object.fromEntries(aggregates.map(({ alias, expression }) => [alias, aggregate(expression, group)])),
  }));
}

function aggregate(expression: Expression, rows: Row[]): number {
  if (expression.type !== 'call') throw new Error('stats must aggregate');
  const [argument] = expression.args;
  if (expression.name === 'count' && argument.type === 'all') return rows.length;
  if (expression.name === 'countDistinct') return new Set(rows.map(row => evaluate(argument, row))).size;
  throw new Error(`unknown aggregation ${expression.name}`);
}

/** Fields that a command reads must exist in the log or be defined by an earlier command. After `stats`, only its own exist. */
function validateFields(commands: readonly Command[], discovered: ReadonlySet<string>): void {
  let known = new Set(discovered);
  for (const command of commands) {
    for (const name of namesIn(command)) {
      if (!known.has(name)) throw new Error(`unknown field ${name} in ${command.command}`);
    }
    if (command.command === 'fields') command.fields.forEach(({ alias }) => known.add(alias));
    if (command.command === 'parse') Object.keys(new RegExp(`${command.pattern.source}|`, 'u').exec('')?.groups ?? {}).forEach(name => known.add(name));
    if (command.command === 'stats') known = new Set([...command.aggregates, ...command.by].map(({ alias }) => alias));
  }
}

function namesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  if (typeof value !== 'object' || value === null || value instanceof RegExp) return [];
  if ('type' in value && value.type === 'field' && 'name' in value) return [String(value.name)];
  if ('command' in value && value.command === 'display' && 'names' in value) return value.names as string[];
  return Object.values(value).flatMap(namesIn);
}
