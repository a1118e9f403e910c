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
 * @property {{ id: string, name: string, clients: { id: string, name: string }[], groups: string[] }[]} userPools
 * @property {string[]} issuers
 */

/** Delay that combines the many entries of a deployment into one reload, and lets the deployment finish after its last entry. */
const REFRESH_MILLISECONDS = 150;
const CHANGING_KINDS = new Set(['custom-resource', 'notice', 'resource']);
const READ_ONLY_OPERATIONS = /^(Get|List|CreateChatToken|SendEvent|DeleteMessage|DisconnectUser)/;

/** Rooms and stacks of the server, reloaded when they may have changed. */
export class PageState {
  /** @type {State | undefined} */
  current;
  #text = '';
  /** @type {number | undefined} */
  #timer;

  /** @param {(state: State) => void} onChange */
  constructor(onChange) {
    this.onChange = onChange;
    window.addEventListener('focus', () => this.refresh());
  }

  /**
   * Reloads the state if the entry may have changed it.
   *
   * @param {import('./live-log-stream.js').Entry} entry
   */
  handleEntry({ kind, data }) {
    if (CHANGING_KINDS.has(kind) || (kind === 'request' && !READ_ONLY_OPERATIONS.test(data?.operation))) this.refresh();
  }

  refresh() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.load(), REFRESH_MILLISECONDS);
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
      return; // The stream reports that the server is not reachable, and when it is again.
    }
    if (text === this.#text) return;
    this.#text = text;
    /** @type {State} */
    const state = JSON.parse(text);
    this.current = state;
    this.onChange(state);
  }
}

/** @param {Room} room */
export function labelOf(room) {
  return room.name || room.id;
}
