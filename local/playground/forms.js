// @ts-check
import { find, showError } from './elements.js';
import { callService, ServiceError } from './page-api.js';

/** @typedef {import('./state.js').Room} Room */

/**
 * @param {() => Room | undefined} selectedRoom
 * @param {(room: Room, user: import('./chat-window.js').User) => void} join
 */
export function setUpJoinForm(selectedRoom, join) {
  onSubmit('#join-form', async (values, form) => {
    const room = selectedRoom();
    const userId = String(values.get('userId')).trim();
    if (!room) throw new Error('There is no room to join yet.');
    if (userId === '') {
      field(form, 'userId').focus();
      throw new Error('Enter a user ID.');
    }
    join(room, { userId, displayName: String(values.get('displayName')).trim(), role: /** @type {any} */ (values.get('role')) });
    field(form, 'userId').value = field(form, 'displayName').value = '';
    field(form, 'userId').focus();
  });
}

/** @param {() => Room | undefined} selectedRoom */
export function setUpEventForm(selectedRoom) {
  onSubmit('#event-form', async (values, form) => {
    const attributes = parseJson('Attributes', String(values.get('attributes')), '{ "question": "Encore?" }');
    await callService('events', { roomIdentifier: selectedRoom()?.arn, eventName: String(values.get('eventName')).trim(), attributes });
    form.reset();
  });
}

/**
 * Runs the action when the form is submitted, and shows its error in the form.
 *
 * @param {string} selector
 * @param {(values: FormData, form: HTMLFormElement) => Promise<void>} action
 */
export function onSubmit(selector, action) {
  /** @type {HTMLFormElement} */
  const form = find(selector);
  const errorElement = find('.error', form);
  form.addEventListener('submit', async event => {
    event.preventDefault();
    showError(errorElement);
    try {
      await action(new FormData(form), form);
    } catch (error) {
      showError(errorElement, error instanceof ServiceError ? error : { message: error instanceof Error ? error.message : String(error) });
    }
  });
}

/** @param {HTMLFormElement} form @param {string} name */
export function field(form, name) {
  return /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
}

/**
 * Reads an optional field. Throws if it is not JSON.
 *
 * @param {string} label
 * @param {string} text
 * @param {string} example
 */
export function parseJson(label, text, example) {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${label} must be JSON, such as ${example}.`);
  }
}
