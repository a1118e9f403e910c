// @ts-check

/**
 * @typedef {object} LoggingConfiguration
 * @property {string} arn
 * @property {string} id
 * @property {string} name
 * @property {Record<string, Record<string, string>>} destinationConfiguration
 *
 * @typedef {object} Room
 * @property {string} arn
 * @property {string} id
 * @property {string} name
 * @property {number} maximumMessageLength
 * @property {number} maximumMessageRatePerSecond
 * @property {{ uri: string, fallbackResult: string }} [messageReviewHandler]
 * @property {LoggingConfiguration[]} loggingConfigurations
 * @property {Record<string, string>} tags
 *
 * @typedef {object} State
 * @property {{ account: string, region: string }} environment
 * @property {Room[]} rooms
 * @property {{ name: string, status: string, outputs: Record<string, string> }[]} stacks
 */

/** A deployment says much in little time, and is done a little after it has said the last. */
const WAIT_MILLISECONDS = 150;
const CHANGING = new Set(['custom-resource', 'notice', 'resource']);
const NOT_CHANGING = /^(Get|List|CreateChatToken|SendEvent|DeleteMessage|DisconnectUser)/;

/** What there is on the server, read again whenever something may have changed. */
export class PageState {
  /** @type {State | undefined} */
  current;
  #text = '';
  /** @type {number | undefined} */
  #timer;

  /** @param {(state: State) => void} changed */
  constructor(changed) {
    this.changed = changed;
    window.addEventListener('focus', () => this.refresh());
  }

  /** @param {import('./live-log-stream.js').Entry} entry */
  notice({ kind, data }) {
    if (CHANGING.has(kind) || (kind === 'request' && !NOT_CHANGING.test(data?.operation))) this.refresh();
  }

  refresh() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.load(), WAIT_MILLISECONDS);
  }

  /** @param {string} arn */
  room(arn) {
    return this.current?.rooms.find(room => room.arn === arn);
  }

  async load() {
    let text;
    try {
      text = await (await fetch('/playground/state')).text();
    } catch {
      return; // The server has gone; when it is back, the live log says so.
    }
    if (text === this.#text) return;
    this.#text = text;
    /** @type {State} */
    const state = JSON.parse(text);
    this.current = state;
    this.changed(state);
  }
}

/** @param {Room} room */
export function labelOf(room) {
  return room.name || room.id;
}
