import type { SenderCondition } from '../../src/moderation/filter/filter-file';

/** Whether a condition is met by the attributes of the sender's chat token. */
export function isExempt(conditions: readonly SenderCondition[], senderAttributes: Readonly<Record<string, string>>): boolean {
  return conditions.some(({ attribute, values }) => Object.hasOwn(senderAttributes, attribute) && values.includes(senderAttributes[attribute]));
}
