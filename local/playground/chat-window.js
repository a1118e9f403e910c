// @ts-check
import { ChatRoom, DeleteMessageRequest, DisconnectUserRequest, SendMessageRequest } from '/playground/modules/amazon-ivs-chat-messaging/index.js';
import { enableArrowKeys } from './arrow-keys.js';
import { button, clockTime, element, showError } from './elements.js';
import { callService } from './page-api.js';

/** @typedef {import('amazon-ivs-chat-messaging').ChatMessage} ChatMessage */
/** @typedef {{ userId: string, displayName: string, role: 'moderator' | 'participant' | 'viewer' }} User */

/** @type {Record<User['role'], string[]>} */
const CAPABILITIES = { viewer: [], participant: ['SEND_MESSAGE'], moderator: ['SEND_MESSAGE', 'DELETE_MESSAGE', 'DISCONNECT_USER'] };
const MAXIMUM_LINES = 300;
const HUES = 6;
const ignore = () => undefined;

/** @type {HTMLElement | undefined} */
let announcedLog;

/**
 * Makes screen readers announce the messages of one window only: the one used last.
 *
 * @param {HTMLElement} log
 */
function announce(log) {
  announcedLog?.setAttribute('aria-live', 'off');
  log.setAttribute('aria-live', 'polite');
  announcedLog = log;
}

/** Window of a user in a room, which uses the official client. */
export class ChatWindow {
  #user;
  #room;
  #log;
  #state = element('p', { class: 'status', role: 'status' });
  #error = element('p', { class: 'error', role: 'alert', hidden: true });
  #roomName = element('span');
  #disconnectReason = element('p', { class: 'muted', hidden: true });
  #rejoin;
  /** @type {HTMLFormElement | undefined} */
  #composer;
  /** Whether new messages scroll into view; false once the user scrolls up. */
  #isAtEnd = true;
  /** Reason of a disconnection or of a missing token, which the client does not report. */
  #reason = '';

  /**
   * @param {string} roomArn
   * @param {User} user
   * @param {() => void} onClose
   */
  constructor(roomArn, user, onClose) {
    this.roomArn = roomArn;
    this.#user = user;
    this.#room = new ChatRoom({ regionOrUrl: `ws://${location.host}`, tokenProvider: () => this.#token() });
    this.#room.logger = { debug: ignore, info: ignore, error: ignore };
    this.#rejoin = button('Rejoin', () => {
      this.#connect();
      (this.#composer?.querySelector('input') ?? this.#log).focus();
    }, { class: 'rejoin' });
    const name = user.displayName || user.userId;
    this.#log = element('ol', {
      'class': 'messages', 'role': 'log', 'tabindex': 0, 'aria-label': `Chat of ${name}. Use the arrow keys to move between messages.`,
    });
    this.element = element('article', { 'class': `window role-${user.role}`, 'aria-label': `${name}, ${user.role}` },
      element('header', {},
        avatar(user.userId, name),
        element('div', { class: 'user' },
          element('h3', {}, name),
          element('p', { class: 'muted' }, element('span', { class: 'role' }, user.role), ' in ', this.#roomName)),
        this.#state,
        button('×', () => { this.close(); onClose(); }, { 'class': 'close', 'aria-label': `Close the window of ${name}` })),
      this.#log, this.#footer());
    enableArrowKeys(this.#log, '.message');
    this.#scrollWithMessages();
    this.element.addEventListener('focusin', () => announce(this.#log));
    announce(this.#log);
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
    const { userId, displayName, role } = this.#user;
    try {
      const { token, sessionExpirationTime } = await callService('tokens', {
        roomIdentifier: this.roomArn, userId, capabilities: CAPABILITIES[role], ...displayName && { attributes: { displayName } },
      });
      // With tokenExpirationTime, the client would reconnect every 30 seconds. Without it, the client reconnects when the session ends.
      return { token, sessionExpirationTime: new Date(sessionExpirationTime) };
    } catch (error) {
      this.#reason = error instanceof Error ? error.message : String(error);
      throw error;
    }
  }

  get #moderationReason() {
    return `by ${this.#user.displayName || this.#user.userId}`;
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
      if (userId === this.#user.userId) this.#reason = text;
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
    // When connected, the green dot is enough for sighted users.
    this.#state.replaceChildren(element('span', { class: state === 'connected' && 'visually-hidden' }, text));
    const isDisconnected = state === 'disconnected';
    const hadFocus = this.#composer?.contains(document.activeElement);
    this.#disconnectReason.hidden = this.#rejoin.hidden = !isDisconnected;
    this.#composer?.toggleAttribute('hidden', isDisconnected);
    if (isDisconnected) showError(this.#error);
    if (hadFocus && isDisconnected) this.#rejoin.focus();
  }

  /** @param {string} reason */
  #disconnected(reason) {
    const fallback = reason === 'socketError' ? 'Could not connect.' : 'The server closed the connection.';
    this.#disconnectReason.textContent = this.#reason || fallback;
    this.#showState('disconnected', 'Disconnected');
  }

  #footer() {
    if (this.#user.role === 'viewer') {
      const note = element('p', { class: 'muted' }, 'Viewers can only read: their token has no capabilities.');
      return element('footer', {}, note, this.#disconnectReason, this.#rejoin);
    }
    const input = element('input', {
      'aria-label': `Message as ${this.#user.displayName || this.#user.userId}`, 'autocomplete': 'off', 'placeholder': 'Write a message',
    });
    this.#composer = element('form', { class: 'composer', novalidate: true }, input, element('button', { type: 'submit' }, 'Send'));
    this.#composer.addEventListener('submit', event => {
      event.preventDefault();
      const { value } = input;
      input.value = '';
      void this.#send(value, input);
    });
    return element('footer', {}, this.#composer, this.#error, this.#disconnectReason, this.#rejoin);
  }

  /** @param {string} content @param {HTMLInputElement} input */
  async #send(content, input) {
    const sent = await this.#try(() => this.#room.sendMessage(new SendMessageRequest(content)));
    if (!sent) {
      // Restores the message for correction, unless the user is writing the next one.
      if (input.value === '') input.value = content;
    } else if (sent.content !== content) {
      const note = element('p', { class: 'rewritten' }, `Changed by the review handler. You wrote: ${content}`);
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
      element('p', { class: 'author' },
        element('strong', {}, name), ...name === sender.userId ? [] : [element('span', {}, sender.userId)], clockTime(sendTime)),
      element('p', { class: 'content' }, content));
    const line = element('li', { 'class': 'message', 'data-id': id, 'tabindex': -1 }, avatar(sender.userId, name), body);
    if (this.#user.role === 'moderator') body.append(this.#moderation(line, id, sender.userId, name));
    this.#add(line);
  }

  /** @param {HTMLElement} line @param {string} id @param {string} userId @param {string} name */
  #moderation(line, id, userId, name) {
    const remove = button('Delete', async () => {
      // Deleting removes the button, so the focus moves to the message.
      if (await this.#try(() => this.#room.deleteMessage(new DeleteMessageRequest(id, this.#moderationReason)))) line.focus();
    }, { 'aria-label': `Delete the message from ${name}`, 'tabindex': '-1' });
    const disconnect = button('Disconnect', () => {
      void this.#try(() => this.#room.disconnectUser(new DisconnectUserRequest(userId, this.#moderationReason)));
    }, { 'aria-label': `Disconnect ${name}`, 'tabindex': '-1' });
    // Only the buttons of the focused message are tab stops, so that Tab leaves the list after one message.
    const setTabIndex = (/** @type {number} */ tabIndex) => { remove.tabIndex = disconnect.tabIndex = tabIndex; };
    line.addEventListener('focusin', () => setTabIndex(0));
    line.addEventListener('focusout', event => {
      if (!(event.relatedTarget instanceof Node && line.contains(event.relatedTarget))) setTabIndex(-1);
    });
    return element('p', { class: 'actions' }, remove, ...userId === this.#user.userId ? [] : [disconnect]);
  }

  /** @param {string} id @param {string} [reason] */
  #showDeletion(id, reason) {
    const line = this.#message(id);
    if (!line) return this.#note(`A message that is not shown here was deleted${reason ? ` · ${reason}` : ''}`);
    line.classList.add('deleted');
    line.querySelector('.content')?.replaceChildren(reason ? `Deleted · ${reason}` : 'Deleted');
    for (const obsolete of line.querySelectorAll('.actions, .rewritten')) obsolete.remove();
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
    if (this.#log.childElementCount > MAXIMUM_LINES) this.#log.firstElementChild?.remove();
    this.#scroll();
  }

  #scroll() {
    if (this.#isAtEnd) this.#log.scrollTop = this.#log.scrollHeight;
  }

  #scrollWithMessages() {
    const log = this.#log;
    log.addEventListener('scroll', () => { this.#isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40; });
    // An error below the messages makes the list smaller.
    new ResizeObserver(() => this.#scroll()).observe(log);
  }
}

/** @param {string} userId @param {string} name */
function avatar(userId, name) {
  const sum = [...userId].reduce((total, letter) => (total * 31 + (letter.codePointAt(0) ?? 0)) % 997, 7) % HUES;
  return element('span', { 'class': `avatar hue-${sum}`, 'aria-hidden': 'true' }, [...name][0].toUpperCase());
}
