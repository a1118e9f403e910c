// @ts-check
import { ChatRoom, DeleteMessageRequest, DisconnectUserRequest, SendMessageRequest } from '/playground/modules/amazon-ivs-chat-messaging/index.js';
import { wireArrows } from './arrow-keys.js';
import { button, clockTime, element, showError } from './elements.js';
import { ask } from './page-api.js';

/** @typedef {import('amazon-ivs-chat-messaging').ChatMessage} ChatMessage */
/** @typedef {{ userId: string, displayName: string, role: 'moderator' | 'participant' | 'viewer' }} Person */

/** @type {Record<Person['role'], string[]>} */
const CAPABILITIES = { viewer: [], participant: ['SEND_MESSAGE'], moderator: ['SEND_MESSAGE', 'DELETE_MESSAGE', 'DISCONNECT_USER'] };
const SHOWN = 300;
const HUES = 6;
const silent = () => undefined;

/** @type {HTMLElement | undefined} */
let readOutLog;

/**
 * Of several windows on one room, a screen reader reads out what comes to the one that was used last.
 *
 * @param {HTMLElement} log
 */
function readOut(log) {
  readOutLog?.setAttribute('aria-live', 'off');
  log.setAttribute('aria-live', 'polite');
  readOutLog = log;
}

/** One person in one room, by the official client. */
export class ChatWindow {
  #person;
  #room;
  #log;
  #state = element('p', { class: 'status', role: 'status' });
  #error = element('p', { class: 'error', role: 'alert', hidden: true });
  #roomName = element('span');
  #farewell = element('p', { class: 'muted', hidden: true });
  #rejoin;
  /** @type {HTMLFormElement | undefined} */
  #composer;
  /** Until the person scrolls up. */
  #isAtEnd = true;
  /** Why the person was put out, or got no token: the client itself does not tell. */
  #reason = '';

  /**
   * @param {string} roomArn
   * @param {Person} person
   * @param {() => void} onClose
   */
  constructor(roomArn, person, onClose) {
    this.roomArn = roomArn;
    this.#person = person;
    this.#room = new ChatRoom({ regionOrUrl: `ws://${location.host}`, tokenProvider: () => this.#token() });
    this.#room.logger = { debug: silent, info: silent, error: silent };
    this.#rejoin = button('Enter again', () => {
      this.#connect();
      (this.#composer?.querySelector('input') ?? this.#log).focus();
    }, { class: 'rejoin' });
    const name = person.displayName || person.userId;
    this.#log = element('ol', {
      'class': 'messages', 'role': 'log', 'tabindex': 0, 'aria-label': `What ${name} sees; arrow keys go through the messages`,
    });
    this.element = element('article', { 'class': `window role-${person.role}`, 'aria-label': `${name}, ${person.role}` },
      element('header', {},
        avatar(person.userId, name),
        element('div', { class: 'who' },
          element('h3', {}, name),
          element('p', { class: 'muted' }, element('span', { class: 'role' }, person.role), ' in ', this.#roomName)),
        this.#state,
        button('×', () => { this.close(); onClose(); }, { 'class': 'close', 'aria-label': `Close the window of ${name}` })),
      this.#log, this.#footer());
    wireArrows(this.#log, '.message');
    this.#followEnd();
    this.element.addEventListener('focusin', () => readOut(this.#log));
    readOut(this.#log);
    this.#listen();
    this.#connect();
  }

  /** @param {string} label */
  showRoom(label) {
    this.#roomName.textContent = label;
  }

  close() {
    this.#room.disconnect();
    this.element.remove();
  }

  async #token() {
    const { userId, displayName, role } = this.#person;
    try {
      const { token, sessionExpirationTime } = await ask('tokens', {
        roomIdentifier: this.roomArn, userId, capabilities: CAPABILITIES[role], ...displayName && { attributes: { displayName } },
      });
      // With tokenExpirationTime, the client would connect anew every 30 seconds. Without it, it does when its session ends.
      return { token, sessionExpirationTime: new Date(sessionExpirationTime) };
    } catch (error) {
      this.#reason = error instanceof Error ? error.message : String(error);
      throw error;
    }
  }

  get #byMe() {
    return `by ${this.#person.displayName || this.#person.userId}`;
  }

  #connect() {
    this.#reason = '';
    this.#room.connect();
  }

  #listen() {
    this.#room.addListener('connecting', () => this.#showState('connecting', 'Connecting…'));
    this.#room.addListener('connect', () => {
      this.#reason = '';
      this.#showState('connected', 'Connected');
    });
    this.#room.addListener('disconnect', reason => this.#disconnected(reason));
    this.#room.addListener('message', message => this.#showMessage(message));
    this.#room.addListener('messageDelete', ({ messageId, reason }) => this.#showDeletion(messageId, reason));
    this.#room.addListener('userDisconnect', ({ userId, reason }) => {
      const text = `${userId} was disconnected${reason ? ` · ${reason}` : ''}`;
      if (userId === this.#person.userId) this.#reason = text;
      this.#note(text);
    });
    this.#room.addListener('event', ({ eventName, attributes }) => {
      const entries = Object.entries(attributes ?? {}).map(([key, value]) => `${key}: ${value}`);
      this.#note(...[element('strong', {}, eventName), entries.join(', ')]);
    });
  }

  /** @param {string} state @param {string} text */
  #showState(state, text) {
    this.#state.dataset.state = state;
    // That all is well, the dot says to those who see it.
    this.#state.replaceChildren(element('span', { class: state === 'connected' && 'for-readers' }, text));
    const isOut = state === 'disconnected';
    const hadFocus = this.#composer?.contains(document.activeElement);
    this.#farewell.hidden = this.#rejoin.hidden = !isOut;
    this.#composer?.toggleAttribute('hidden', isOut);
    if (isOut) showError(this.#error);
    if (hadFocus && isOut) this.#rejoin.focus();
  }

  /** @param {string} reason */
  #disconnected(reason) {
    const byReason = reason === 'socketError' ? 'The connection could not be made.' : 'The server ended the connection.';
    this.#farewell.textContent = this.#reason || byReason;
    this.#showState('disconnected', 'Disconnected');
  }

  #footer() {
    if (this.#person.role === 'viewer') {
      const note = element('p', { class: 'muted' }, 'Viewers read along: their token has no capabilities.');
      return element('footer', {}, note, this.#farewell, this.#rejoin);
    }
    const input = element('input', {
      'aria-label': `Message as ${this.#person.displayName || this.#person.userId}`, 'autocomplete': 'off', 'placeholder': 'Write a message',
    });
    this.#composer = element('form', { class: 'composer', novalidate: true }, input, element('button', { type: 'submit' }, 'Send'));
    this.#composer.addEventListener('submit', event => {
      event.preventDefault();
      const { value } = input;
      input.value = '';
      void this.#send(value, input);
    });
    return element('footer', {}, this.#composer, this.#error, this.#farewell, this.#rejoin);
  }

  /** @param {string} content @param {HTMLInputElement} input */
  async #send(content, input) {
    const sent = await this.#try(() => this.#room.sendMessage(new SendMessageRequest(content)));
    if (!sent) {
      // So that it can be mended, unless the next is being written already.
      if (input.value === '') input.value = content;
    } else if (sent.content !== content) {
      const note = element('p', { class: 'rewritten' }, `Rewritten by the review. You wrote: ${content}`);
      this.#message(sent.id)?.querySelector('.content')?.after(note);
      this.#scroll();
    }
  }

  /**
   * @template T
   * @param {() => Promise<T>} action
   * @returns {Promise<T | undefined>}
   */
  async #try(action) {
    showError(this.#error);
    try {
      return await action();
    } catch (error) {
      const { errorCode, errorMessage, message } = /** @type {any} */ (error);
      showError(this.#error, { code: errorCode, message: errorMessage ?? message });
      return undefined;
    }
  }

  /** @param {ChatMessage} message */
  #showMessage({ id, sender, content, sendTime }) {
    const name = sender.attributes?.displayName || sender.userId;
    const body = element('div', { class: 'body' },
      element('p', { class: 'by' },
        element('strong', {}, name), ...name === sender.userId ? [] : [element('span', {}, sender.userId)], clockTime(sendTime)),
      element('p', { class: 'content' }, content));
    const line = element('li', { 'class': 'message', 'data-id': id, 'tabindex': -1 }, avatar(sender.userId, name), body);
    if (this.#person.role === 'moderator') body.append(this.#moderation(line, id, sender.userId, name));
    this.#add(line);
  }

  /** @param {HTMLElement} line @param {string} id @param {string} userId @param {string} name */
  #moderation(line, id, userId, name) {
    const remove = button('Delete', async () => {
      // The button goes with the message, and the focus must not go with it.
      if (await this.#try(() => this.#room.deleteMessage(new DeleteMessageRequest(id, this.#byMe)))) line.focus();
    }, { 'aria-label': `Delete the message of ${name}`, 'tabindex': '-1' });
    const disconnect = button('Disconnect', () => {
      void this.#try(() => this.#room.disconnectUser(new DisconnectUserRequest(userId, this.#byMe)));
    }, { 'aria-label': `Disconnect ${name}`, 'tabindex': '-1' });
    // The tabulator stops at the buttons of one message at a time, or it would take long to the end of a chat.
    const setStops = (/** @type {number} */ stop) => { remove.tabIndex = disconnect.tabIndex = stop; };
    line.addEventListener('focusin', () => setStops(0));
    line.addEventListener('focusout', event => {
      if (!(event.relatedTarget instanceof Node && line.contains(event.relatedTarget))) setStops(-1);
    });
    return element('p', { class: 'actions' }, remove, ...userId === this.#person.userId ? [] : [disconnect]);
  }

  /** @param {string} id @param {string} [reason] */
  #showDeletion(id, reason) {
    const line = this.#message(id);
    if (!line) return this.#note(`A message was deleted that is not here${reason ? ` · ${reason}` : ''}`);
    line.classList.add('deleted');
    line.querySelector('.content')?.replaceChildren(reason ? `Deleted · ${reason}` : 'Deleted');
    for (const gone of line.querySelectorAll('.actions, .rewritten')) gone.remove();
  }

  /** @param {string} id */
  #message(id) {
    return this.#log.querySelector(`[data-id="${CSS.escape(id)}"]`);
  }

  /** @param {...(Node | string)} content */
  #note(...content) {
    this.#add(element('li', { class: 'note' }, ...content.flatMap((part, index) => index > 0 ? [' ', part] : [part])));
  }

  /** @param {HTMLElement} line */
  #add(line) {
    this.#log.append(line);
    if (this.#log.childElementCount > SHOWN) this.#log.firstElementChild?.remove();
    this.#scroll();
  }

  #scroll() {
    if (this.#isAtEnd) this.#log.scrollTop = this.#log.scrollHeight;
  }

  #followEnd() {
    const log = this.#log;
    log.addEventListener('scroll', () => { this.#isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40; });
    // What appears below it, such as an error, makes it smaller.
    new ResizeObserver(() => this.#scroll()).observe(log);
  }
}

/** @param {string} userId @param {string} name */
function avatar(userId, name) {
  const sum = [...userId].reduce((total, letter) => (total * 31 + (letter.codePointAt(0) ?? 0)) % 997, 7) % HUES;
  return element('span', { 'class': `avatar hue-${sum}`, 'aria-hidden': 'true' }, [...name][0].toUpperCase());
}
