/**
 * Evaluates the metric math that the alarms use, with the documented treatment of missing values. Everything else is an error.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */

/** The values of consecutive periods. */
export type Series = readonly (number | undefined)[];

type Value = number | Series;

const TOKENS = /\s*(?:(?<number>\d+(?:\.\d+)?)|(?<name>[A-Za-z]\w*)|(?<operator>>=|[-+*/(),[\]]))/y;

class Evaluator {
  private readonly tokens: string[];
  private at = 0;

  constructor(expression: string, private readonly metrics: Readonly<Record<string, Series>>, private readonly quota: number) {
    this.tokens = [];
    TOKENS.lastIndex = 0;
    while (TOKENS.lastIndex < expression.length) {
      const start = TOKENS.lastIndex;
      const found = TOKENS.exec(expression);
      if (!found) throw new Error(`unexpected ${JSON.stringify(expression.slice(start))}`);
      this.tokens.push(found[0].trim());
    }
  }

  public evaluate(): Series {
    const value = this.comparison();
    if (this.at !== this.tokens.length) throw new Error(`unexpected ${this.tokens[this.at]}`);
    if (typeof value === 'number') throw new Error('the result must be a time series');
    return value;
  }

  private comparison(): Value {
    const left = this.sum();
    return this.skip('>=') ? combine(left, this.sum(), (one, other) => one >= other ? 1 : 0) : left;
  }

  private sum(): Value {
    let value = this.product();
    for (;;) {
      if (this.skip('+')) value = combine(value, this.product(), (one, other) => one + other);
      else if (this.skip('-')) value = combine(value, this.product(), (one, other) => one - other);
      else return value;
    }
  }

  private product(): Value {
    let value = this.primary();
    for (;;) {
      if (this.skip('*')) value = combine(value, this.primary(), (one, other) => one * other);
      // A division by zero drops the value.
      else if (this.skip('/')) value = combine(value, this.primary(), (one, other) => other === 0 ? undefined : one / other);
      else return value;
    }
  }

  private primary(): Value {
    const token = this.tokens[this.at++];
    if (/^\d/.test(token)) return Number(token);
    if (token === '(') return this.closed(this.comparison());
    if (token === 'IF') return this.condition();
    if (token === 'SUM') return this.total();
    if (token === 'SERVICE_QUOTA') {
      this.expect('(');
      return this.closed(map(this.comparison(), () => this.quota));
    }
    if (!/^[a-z]/.test(token) || !(token in this.metrics)) throw new Error(`unknown ${token}`);
    return this.metrics[token];
  }

  private condition(): Value {
    this.expect('(');
    const condition = this.comparison();
    this.expect(',');
    const whenTrue = this.comparison();
    this.expect(',');
    const whenFalse = this.closed(this.comparison());
    if (typeof whenTrue !== 'number' || typeof whenFalse !== 'number') throw new Error('IF must have two numbers');
    return map(condition, value => value === 0 ? whenFalse : whenTrue);
  }

  /** Of a list of time series. Its missing values are left out. */
  private total(): Value {
    this.expect('(');
    this.expect('[');
    const series: Series[] = [];
    do {
      const value = this.comparison();
      if (typeof value === 'number') throw new Error('SUM must have time series');
      series.push(value);
    } while (this.skip(','));
    this.expect(']');
    this.expect(')');
    return Array.from({ length: Math.max(...series.map(({ length }) => length)) }, (_, index) => {
      const values = series.map(each => each[index]).filter(value => value !== undefined);
      return values.length === 0 ? undefined : values.reduce((one, other) => one + other);
    });
  }

  private closed(value: Value): Value {
    this.expect(')');
    return value;
  }

  private expect(token: string): void {
    if (!this.skip(token)) throw new Error(`expected ${token}, got ${this.tokens[this.at]}`);
  }

  private skip(token: string): boolean {
    if (this.tokens[this.at] !== token) return false;
    this.at++;
    return true;
  }
}

/** Missing values are 0, unless both are missing. */
function combine(left: Value, right: Value, operation: (left: number, right: number) => number | undefined): Value {
  if (typeof left === 'number' && typeof right === 'number') return operation(left, right)!;
  const length = typeof left === 'number' ? (right as Series).length : left.length;
  const at = (value: Value, index: number) => typeof value === 'number' ? value : value[index];
  return Array.from({ length }, (_, index) => {
    const values = [left, right].filter(value => typeof value !== 'number').map(value => at(value, index));
    if (values.every(value => value === undefined)) return undefined;
    return operation(at(left, index) ?? 0, at(right, index) ?? 0);
  });
}

function map(value: Value, change: (value: number) => number): Value {
  return typeof value === 'number' ? change(value) : value.map(each => each === undefined ? undefined : change(each));
}

/** @param quota what `SERVICE_QUOTA()` returns */
export function evaluateMath(expression: string, metrics: Readonly<Record<string, Series>>, quota = 50_000): Series {
  return new Evaluator(expression, metrics, quota).evaluate();
}
