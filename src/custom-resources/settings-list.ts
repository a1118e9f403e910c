// Used by the handler as well, so it must not import the CDK.

/**
 * Environment variable of the handler: the `ChatRoomSettings` in the template, as `<room id>=<key>,…`.
 *
 * A room can get another `ChatRoomSettings` that names it differently, for example first by a parameter and then by its ID.
 * CloudFormation creates the new custom resource before it deletes the old one, which must not remove what both set.
 * CloudFormation changes the variable before it sends the deletion, also when it rolls back.
 */
export const SETTINGS_LIST = 'ROOM_SETTINGS';

/** Of the list, because all variables of a function can have 4 KB. */
export const MAX_LISTED_SETTINGS = 150;

/** Returns the key of a custom resource: the end of its logical ID, which is a hash. */
export function settingsKey(logicalId: string): string {
  return logicalId.slice(-8);
}

/**
 * Whether the template has other settings for a room instead of these.
 *
 * If it still has these, the stack is being deleted.
 *
 * @param list absent if the template comes from a version without it, or has too many settings
 */
export function areReplaced(list: string | undefined, roomId: string, logicalId: string): boolean {
  const keys = (list ?? '').split(',').map(entry => entry.split('=')).filter(([id]) => id === roomId).map(([, key]) => key);
  return keys.length > 0 && !keys.includes(settingsKey(logicalId));
}
