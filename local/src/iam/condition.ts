import { all, any, list, not, type Verdict } from './verdict';
import { contextValue, matches, matchesArn, parsePattern, type PolicyScope } from './pattern';

/** Whether one value of a request fits one value of a policy. */
type Comparison = (value: string, wanted: string, scope: PolicyScope) => Verdict;

const pattern = (wildcards: boolean, test: (parsed: NonNullable<ReturnType<typeof parsePattern>>, value: string) => boolean): Comparison =>
  (value, wanted, scope) => {
    const parsed = parsePattern(wanted, scope, wildcards);
    return parsed && test(parsed, value);
  };

const numeric = (test: (value: number, wanted: number) => boolean): Comparison => (value, wanted, scope) => {
  // What AWS does with a text that is no number is not documented.
  if (!isNumber(value) || !isNumber(wanted)) return scope.unsupported(`a Numeric comparison of "${value}" with "${wanted}"`), undefined;
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
 * Keys a request has only sometimes, so that one without them really has none. Of any other key that the caller did not give
 * a value, nothing is known: AWS might have filled it in.
 */
const MAY_BE_ABSENT = /^aws:(requesttag\/.+|resourcetag\/.+|tagkeys|sourcearn|sourceaccount|multifactorauthpresent|multifactorauthage)$/;

const OPERATOR = /^(?:(ForAllValues|ForAnyValue):)?([A-Za-z]+?)(IfExists)?$/;

/** Every operator and every key of a condition has to hold. */
export function conditionHolds(condition: unknown, scope: PolicyScope): Verdict {
  const verdicts = Object.entries(condition ?? {}).flatMap(([operator, keys]) =>
    Object.entries(keys as object).map(([key, wanted]) => holds(operator, key, list(wanted).map(String), scope)));
  return all(verdicts);
}

function holds(operator: string, key: string, wanted: string[], scope: PolicyScope): Verdict {
  const value = contextValue(scope.context, key);
  if (value === undefined && !MAY_BE_ABSENT.test(key.toLowerCase())) {
    scope.unsupported(`the condition key ${key}`);
    return undefined;
  }
  const [, quantifier, name, ifExists] = OPERATOR.exec(operator) ?? [];
  if (name === 'Null' && !quantifier && !ifExists) return isNull(value, wanted, scope);

  const negated = name in NEGATIONS;
  const compare = COMPARISONS[negated ? NEGATIONS[name] : name] as Comparison | undefined;
  // ForAnyValue wants a value to be there and IfExists does not: AWS does not document which of them wins.
  if (!compare || quantifier === 'ForAnyValue' && ifExists) {
    scope.unsupported(`the condition operator ${operator}`);
    return undefined;
  }
  // A negated operator wants none of its values, any other one of them.
  const fits = (candidate: string) => {
    const fit = any(wanted.map(text => compare(candidate, text, scope)));
    return negated ? not(fit) : fit;
  };

  if (quantifier === 'ForAllValues') return all(list(value).map(candidate => fits(candidate as string)));
  const isMissing = value === undefined || value.length === 0 && Array.isArray(value);
  if (isMissing && ifExists) return true;
  if (quantifier === 'ForAnyValue') return any(list(value).map(candidate => fits(candidate as string)));
  if (value === undefined) return negated;
  if (Array.isArray(value)) {
    // AWS documents no result for a key with several values without ForAllValues or ForAnyValue.
    scope.unsupported(`the condition operator ${operator} on ${key}, which has several values`);
    return undefined;
  }
  return fits(value);
}

function isNull(value: string | string[] | undefined, wanted: string[], scope: PolicyScope): Verdict {
  const isMissing = value === undefined || value.length === 0;
  return any(wanted.map(text => {
    if (text.toLowerCase() === 'true') return isMissing;
    if (text.toLowerCase() === 'false') return !isMissing;
    return scope.unsupported(`the condition operator Null with "${text}"`), undefined;
  }));
}
