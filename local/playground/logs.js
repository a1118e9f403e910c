// @ts-check
import { enableArrowKeys } from './arrow-keys.js';
import { clockTime, element, find } from './elements.js';

const MAXIMUM_LINES = 300;

/** List of log lines, newest first. */
class Lines {
  #list;
  #empty;

  /** @param {string} panel */
  constructor(panel) {
    this.#list = find('.lines', find(panel));
    this.#empty = find('.empty', find(panel));
  }

  /** @param {HTMLElement} line */
  add(line) {
    this.#list.prepend(line);
    if (this.#list.childElementCount > MAXIMUM_LINES) this.#list.lastElementChild?.remove();
    this.#empty.hidden = true;
  }

  clear() {
    this.#list.replaceChildren();
    this.#empty.hidden = false;
  }
}

/** Panels with the chat log, the results of custom resources, and the live log. */
export class Logs {
  #chatLog = new Lines('#chat-log');
  #customResources = new Lines('#custom-resources');
  #liveLog = new Lines('#live-log');

  constructor() {
    enableArrowKeys(find('#chat-log'), 'summary');
  }

  /** @param {import('./live-log-stream.js').Entry} entry */
  add({ kind, level = 'info', text, time, trace, data }) {
    const details = trace === undefined ? [] : [element('pre', { tabindex: 0 }, trace)];
    this.#liveLog.add(element('li', { class: `entry ${level}` },
      clockTime(time), element('span', { class: 'kind' }, kind), element('div', {}, text, ...details)));
    if (kind !== 'custom-resource') return;
    this.#customResources.add(element('li', { class: `entry ${level}` },
      clockTime(time), element('span', { class: 'kind' }, data?.requestType ?? ''), element('span', {}, text)));
  }

  /**
   * Adds a record of the chat log: a summary that opens to the record as stored.
   *
   * @param {import('./live-log-stream.js').LoggedRecord} logged
   * @param {string} roomLabel
   */
  addRecord({ record }, roomLabel) {
    const { payload, type } = record;
    const [subject, text] = type === 'MESSAGE' ? [payload.Sender.UserId, payload.Content] : [payload.EventName, attributesOf(payload)];
    this.#chatLog.add(element('li', { class: 'record' }, element('details', {},
      element('summary', { tabindex: -1 },
        clockTime(record.event_timestamp), element('span', { class: 'kind' }, type),
        element('span', { class: 'summary-text' }, element('strong', {}, subject), ` ${text}`), element('span', { class: 'muted room' }, roomLabel)),
      element('pre', { tabindex: 0 }, JSON.stringify(record, undefined, 2)))));
  }

  clear() {
    for (const lines of [this.#chatLog, this.#customResources, this.#liveLog]) lines.clear();
  }
}

/** @param {Record<string, any>} payload */
function attributesOf({ Attributes = {} }) {
  return Object.entries(Attributes).filter(([key]) => !/^MessageI[dD]$/.test(key)).map(([key, value]) => `${key}: ${value}`).join(', ');
}
