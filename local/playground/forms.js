// @ts-check
import { find, showError } from './elements.js';
import { ask, Refusal } from './page-api.js';

/** @typedef {import('./state.js').Room} Room */

/**
 * @param {() => Room | undefined} roomOf
 * @param {(room: Room, person: import('./chat-window.js').Person) => void} enter
 */
export function wireEnterForm(roomOf, enter) {
  onSubmit('#enter-form', async (values, form) => {
    const room = roomOf();
    const userId = String(values.get('userId')).trim();
    if (!room) throw new Error('There is no room to enter yet.');
    if (userId === '') {
      field(form, 'userId').focus();
      throw new Error('A user id is needed: it is how the room knows this person.');
    }
    enter(room, { userId, displayName: String(values.get('displayName')).trim(), role: /** @type {any} */ (values.get('role')) });
    field(form, 'userId').value = field(form, 'displayName').value = '';
    field(form, 'userId').focus();
  });
}

/** @param {() => Room | undefined} roomOf */
export function wireEventForm(roomOf) {
  onSubmit('#event-form', async (values, form) => {
    const attributes = parse(String(values.get('attributes')));
    await ask('events', { roomIdentifier: roomOf()?.arn, eventName: String(values.get('eventName')).trim(), attributes });
    form.reset();
  });
}

/**
 * @param {string} selector
 * @param {(values: FormData, form: HTMLFormElement) => Promise<void>} action
 */
function onSubmit(selector, action) {
  /** @type {HTMLFormElement} */
  const form = find(selector);
  const place = find('.error', form);
  form.addEventListener('submit', async event => {
    event.preventDefault();
    showError(place);
    try {
      await action(new FormData(form), form);
    } catch (error) {
      showError(place, error instanceof Refusal ? error : { message: error instanceof Error ? error.message : String(error) });
    }
  });
}

/** @param {HTMLFormElement} form @param {string} name */
function field(form, name) {
  return /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
}

/** @param {string} text */
function parse(text) {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new Error('The attributes are not JSON: { "name": "text" }.');
  }
}
