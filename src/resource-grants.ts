import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import { validateGrantee, validateString } from './private/argument-types';

/**
 * The grants that rooms and logging configurations have in common. jsii copies them into each public class, because the
 * declaration itself is not exported.
 */
abstract class ResourceGrants {
  protected constructor(private readonly grantActions: (grantee: IGrantable, actions: string[]) => Grant) {}

  /**
   * Grants permission for the given actions, such as `ivschat:TagResource`.
   *
   * Throws if no action is given, if an action belongs to another service, or if it creates or lists resources: use
   * `AllChatRoomsGrants` or `AllLoggingConfigurationsGrants` for those.
   *
   * @param grantee the principal to grant permission to
   * @param actions the IAM actions, with their `ivschat:` prefix
   * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_ivschat.html
   */
  public actions(grantee: IGrantable, ...actions: string[]): Grant {
    validateGrantee(undefined, grantee);
    for (const action of actions) validateString(undefined, 'actions', action, 'pass each action as a separate argument');
    return this.grantActions(grantee, actions);
  }

  /**
   * Grants permission to list tags (`ivschat:ListTagsForResource`).
   *
   * @param grantee the principal to grant permission to
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_ListTagsForResource.html
   */
  public listTagsForResource(grantee: IGrantable): Grant {
    return this.actions(grantee, 'ivschat:ListTagsForResource');
  }

  /**
   * Grants permission to add tags and to change their values (`ivschat:TagResource`).
   *
   * @param grantee the principal to grant permission to
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_TagResource.html
   */
  public tagResource(grantee: IGrantable): Grant {
    return this.actions(grantee, 'ivschat:TagResource');
  }

  /**
   * Grants permission to remove tags (`ivschat:UntagResource`).
   *
   * @param grantee the principal to grant permission to
   * @see https://docs.aws.amazon.com/ivs/latest/ChatAPIReference/API_UntagResource.html
   */
  public untagResource(grantee: IGrantable): Grant {
    return this.actions(grantee, 'ivschat:UntagResource');
  }
}

export { ResourceGrants };
