import type { ClaimCondition } from './token-endpoint-settings';
import { validateListOf, validateText } from '../private/argument-types';

/**
 * A condition on the verified claims of a user. Whole values are compared, never parts of a string.
 *
 * A claim that is missing matches nothing.
 */
export class ClaimMatch {
  /**
   * Matches if the claim is this string, number or Boolean.
   *
   * @param claim name of the claim
   * @param value the value, for a Boolean `true` or `false`
   */
  public static equalTo(claim: string, value: string): ClaimMatch {
    validateText(undefined, 'claim', claim, 'pass the name of a claim such as "department"');
    validateText(undefined, 'value', value, 'pass the value of the claim, for a number or a Boolean as a string');
    return new ClaimMatch({ claim, equals: value });
  }

  /**
   * Matches if the claim is a list that contains this value, or if it is this value alone.
   *
   * @param claim name of the claim, for example `cognito:groups`
   * @param value the value, for example the name of a group
   */
  public static contains(claim: string, value: string): ClaimMatch {
    validateText(undefined, 'claim', claim, 'pass the name of a claim such as "cognito:groups"');
    validateText(undefined, 'value', value, 'pass an element of the claim, such as the name of a group');
    return new ClaimMatch({ claim, contains: value });
  }

  /**
   * Matches if the token has this scope, in the claim `scope` or `scp`.
   *
   * The ID tokens of user pools have no scopes, so a token endpoint with `ChatAuthentication.userPool()` refuses this.
   *
   * @param value the scope
   */
  public static scope(value: string): ClaimMatch {
    validateText(undefined, 'value', value, 'pass a scope such as "chat:moderate"');
    return new ClaimMatch({ scope: value });
  }

  /**
   * Matches if all of the conditions match.
   *
   * @param matches the conditions: at least one
   */
  public static allOf(...matches: ClaimMatch[]): ClaimMatch {
    return new ClaimMatch({ allOf: conditionsOf(matches) });
  }

  /**
   * Matches if at least one of the conditions matches.
   *
   * @param matches the conditions: at least one
   */
  public static anyOf(...matches: ClaimMatch[]): ClaimMatch {
    return new ClaimMatch({ anyOf: conditionsOf(matches) });
  }

  private constructor(
    /** @internal */
    public readonly _condition: ClaimCondition,
  ) {}
}

/** Without conditions, `allOf` would match every user. */
function conditionsOf(matches: ClaimMatch[]): ClaimCondition[] {
  validateListOf(undefined, 'matches', matches, '_condition', 'a ClaimMatch', 'ClaimMatch.contains(\'cognito:groups\', \'staff\')');
  return matches.map(({ _condition }) => _condition);
}
