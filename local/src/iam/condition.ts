import { contextValue, matches, matchesArn, parsePattern, type PolicyScope } from './pattern';
import { all, any, not, toList, type Verdict } from './verdict';

/** Compares one value of a request with one value of a policy. */
type Comparison = (value: string, wanted: string, scope: PolicyScope) => Verdict;

const pattern = (wildcards: boolean, test: (parsed: NonNullable<ReturnType<typeof parsePattern>>, value: string) => boolean): Comparison =>
  (value, wanted, scope) => {
    const parsed = parsePattern(wanted, scope, wildcards);
    return parsed && test(parsed, value);
  };

const numeric = (test: (value: number, wanted: number) => boolean): Comparison => (value, wanted, scope) => {
  // AWS does not document the result for a string that is not a number.
  if (!isNumber(value) || !isNumber(wanted)) return scope.unsupported(`a numeric comparison of "${value}" with "${wanted}"`), undefined;
  return test(Number(value), Number(wanted));
};

const isNumber = (text: string) => /^-?\d+(\.\d+)?$/.test(text);

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  ArnLike: pattern(true, matchesArn),
  // Documented as the same as ArnLike.
  ArnEquals: pattern(true, matchesArn),
  Bool: (value, wanted) => value.toLowerCase() === wanted.toLowerCase(),
  NumericEquals: numeric((value, wanted) => value === wanted),
  NumericGreaterThan: numeric((value, wanted) => value > wanted),
  NumericGreaterThanEquals: numeric((value, wanted) => value >= wanted),
  NumericLessThan: numeric((value, wanted) => value < wanted),
  NumericLessThanEquals: numeric((value, wanted) => value <= wanted),
  StringEquals: pattern(false, (parsed, value) => matches(parsed, value)),
  StringEqualsIgnoreCase: pattern(false, (parsed, value) => matches(parsed, value, { ignoreCase: true })),
  StringLike: pattern(true, (parsed, value) => matches(parsed, value)),
};

const NEGATIONS: Readonly<Record<string, string>> = {
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
};

/**
 * Keys that are absent unless the caller provides them. Any other key without a value is reported as unsupported, because AWS
 * might set it.
 */
const OPTIONAL_KEY = /^aws:(requesttag\/.+|resourcetag\/.+|tagkeys|sourcearn|sourceaccount|multifactorauthpresent|multifactorauthage)$/;

const OPERATOR = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/;

/** All operators and keys of a condition must match. */
export function conditionMatches(condition: unknown, scope: PolicyScope): Verdict {
  const verdicts = Object.entries(condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys as object).map(([key, wanted]) => operatorMatches(operator, key, toList(wanted).map(String), scope)));
  return all(verdicts);
}

function operatorMatches(operator: string, key: string, wanted: string[], scope: PolicyScope): Verdict {
  const value = contextValue(scope.context, key);
  if (value === undefined && !OPTIONAL_KEY.test(key.toLowerCase())) {
    scope.unsupported(`the condition key ${key}`);
    return undefined;
  }
  const [, quantifier, name, ifExists] = OPERATOR.exec(operator) ?? [];
  if (name === 'Null' && !quantifier && !ifExists) return isNull(value, wanted, scope);

  const negated = name in NEGATIONS;
  const compare = COMPARISONS[negated ? NEGATIONS[name] : name] as Comparison | undefined;
  // ForAnyValue requires a value and IfExists does not: AWS does not document which one takes precedence.
  if (!compare || quantifier === 'ForAnyValue' && ifExists) {
    scope.unsupported(`the condition operator ${operator}`);
    return undefined;
  }
  // A negated operator must match none of its values, any other operator at least one.
  const matchesValue = (candidate: string) => {
    const verdict = any(wanted.map(text => compare(candidate, text, scope)));
    return negated ? not(verdict) : verdict;
  };

  if (quantifier === 'ForAllValues') return all(toList(value).map(candidate => matchesValue(candidate as string)));
  const isMissing = value === undefined || value.length === 0 && Array.isArray(value);
  if (isMissing && ifExists) return true;
  if (quantifier === 'ForAnyValue') return any(toList(value).map(candidate => matchesValue(candidate as string)));
  if (value === undefined) return negated;
  if (Array.isArray(value)) {
    // AWS does not document the result for a multivalued key without ForAllValues or ForAnyValue.
    scope.unsupported(`the condition operator ${operator} on ${key}, which has multiple values`);
    return undefined;
  }
  return matchesValue(value);
}

function isNull(value: string | string[] | undefined, wanted: string[], scope: PolicyScope): Verdict {
  const isMissing = value === undefined || value.length === 0;
  return any(wanted.map(text => {
    if (text.toLowerCase() === 'true') return isMissing;
    if (text.toLowerCase() === 'false') return !isMissing;
    return scope.unsupported(`the condition operator Null with "${text}"`), undefined;
  }));
}
