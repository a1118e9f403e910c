// @ts-check
import { wireArrows } from './arrow-keys.js';
import { clockTime, element, find } from './elements.js';

const SHOWN = 300;

/** One list, newest first. */
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
    if (this.#list.childElementCount > SHOWN) this.#list.lastElementChild?.remove();
    this.#empty.hidden = true;
  }

  clear() {
    this.#list.replaceChildren();
    this.#empty.hidden = false;
  }
}

/** What has happened: in the chat logs of rooms, with custom resources, and everything. */
export class Logs {
  #chatLog = new Lines('#chat-log');
  #customResources = new Lines('#custom-resources');
  #liveLog = new Lines('#live-log');

  constructor() {
    wireArrows(find('#chat-log'), 'summary');
  }

  /** @param {import('./live-log-stream.js').Entry} entry */
  add({ kind, level = 'info', text, time, data }) {
    this.#liveLog.add(element('li', { class: `entry ${level}` },
      clockTime(time), element('span', { class: 'kind' }, kind), element('span', {}, text)));
    if (kind !== 'custom-resource') return;
    this.#customResources.add(element('li', { class: `entry ${level}` },
      clockTime(time), element('span', { class: 'kind' }, data?.requestType ?? ''), element('span', {}, text)));
  }

  /**
   * As it is kept: what is shown is what a reader of the log would find first, the whole is a click or a key away.
   *
   * @param {import('./live-log-stream.js').LoggedRecord} logged
   * @param {string} roomLabel
   */
  addRecord({ record }, roomLabel) {
    const { payload, type } = record;
    const [who, what] = type === 'MESSAGE' ? [payload.Sender.UserId, payload.Content] : [payload.EventName, attributesOf(payload)];
    this.#chatLog.add(element('li', { class: 'record' }, element('details', {},
      element('summary', { tabindex: -1 },
        clockTime(record.event_timestamp), element('span', { class: 'kind' }, type),
        element('span', { class: 'says' }, element('strong', {}, who), ` ${what}`), element('span', { class: 'muted room' }, roomLabel)),
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
