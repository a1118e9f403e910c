// @ts-check
import { element, find } from './elements.js';
import { labelOf } from './state.js';

/** @typedef {import('./state.js').Room} Room */
/** @typedef {import('./state.js').State} State */

/** List of rooms with one selected, the settings of that room, and the stacks. */
export class Rooms {
  /** @type {string | undefined} */
  #selected;
  /** @type {State | undefined} */
  #state;

  /** @param {(room: Room | undefined) => void} onSelect */
  constructor(onSelect) {
    this.onSelect = onSelect;
    find('#endpoint').textContent = location.origin;
  }

  /** @returns {Room | undefined} */
  get selected() {
    return this.#state?.rooms.find(({ arn }) => arn === this.#selected);
  }

  /** @param {State} state */
  show(state) {
    this.#state = state;
    if (!this.selected) this.#selected = state.rooms[0]?.arn;
    this.#render();
    showStacks(state);
  }

  #render() {
    const rooms = this.#state?.rooms ?? [];
    const list = find('#rooms');
    const focused = list.contains(document.activeElement) ? document.activeElement?.getAttribute('data-arn') : undefined;
    list.replaceChildren(...rooms.map(room => element('li', {}, this.#buttonOf(room))));
    if (focused) /** @type {HTMLElement | null} */ (list.querySelector(`[data-arn="${CSS.escape(focused)}"]`))?.focus();

    const { selected } = this;
    find('#no-room').hidden = rooms.length > 0;
    find('#settings').hidden = !selected;
    find('#event').hidden = !selected;
    if (selected) find('#settings-list').replaceChildren(...settingsOf(selected));
    this.onSelect(selected);
  }

  /** @param {Room} room */
  #buttonOf(room) {
    const isSelected = room.arn === this.#selected;
    const created = element('button', { 'type': 'button', 'data-arn': room.arn, 'aria-current': isSelected && 'true' },
      element('span', { class: 'room-name' }, labelOf(room)), element('span', { class: 'code muted' }, room.id));
    created.addEventListener('click', () => {
      this.#selected = room.arn;
      this.#render();
    });
    return created;
  }
}

/** @param {Room} room */
function settingsOf(room) {
  const { messageReviewHandler: handler, tags } = room;
  const logs = room.loggingConfigurations.map(({ name, id, destinationConfiguration }) => {
    const [[kind, destination]] = Object.entries(destinationConfiguration);
    return element('div', {}, name || id, element('div', { class: 'code muted' }, `${DESTINATION_KINDS[kind] ?? kind} ${Object.values(destination)[0]}`));
  });
  const tagList = Object.entries(tags).map(([key, value]) => element('div', { class: 'code' }, `${key} = ${value}`));
  return [
    ...row('Name', room.name || element('span', { class: 'muted' }, 'none')),
    ...row('ARN', element('span', { class: 'code' }, room.arn)),
    ...row('Max length', `${room.maximumMessageLength} characters`),
    ...row('Max rate', `${room.maximumMessageRatePerSecond} messages per second`),
    ...row('Handler', handler?.uri ? element('span', { class: 'code' }, handler.uri.split(':').slice(6).join(':')) : 'none'),
    ...handler?.uri ? row('Fallback', handler.fallbackResult) : [],
    ...row('Chat log', ...logs.length > 0 ? logs : ['none']),
    ...tagList.length > 0 ? row('Tags', ...tagList) : [],
  ];
}

/** @type {Record<string, string>} */
const DESTINATION_KINDS = { cloudWatchLogs: 'log group', firehose: 'stream', s3: 'bucket' };

/** @param {string} name @param {...(Node | string)} value */
function row(name, ...value) {
  return [element('dt', {}, name), element('dd', {}, ...value)];
}

/** @param {State} state */
function showStacks({ stacks }) {
  find('#stacks').hidden = stacks.length === 0;
  const list = find('#stack-list');
  const open = new Set([...list.querySelectorAll('details[open]')].map(details => details.getAttribute('data-name')));
  list.replaceChildren(...stacks.map(({ name, status, outputs }) => {
    const entries = Object.entries(outputs).flatMap(([key, value]) => row(key, element('span', { class: 'code' }, value)));
    return element('details', { 'data-name': name, 'open': open.has(name) },
      element('summary', {}, element('strong', {}, name), ' ', element('span', { class: 'code muted' }, status)),
      entries.length > 0 ? element('dl', {}, ...entries) : element('p', { class: 'muted' }, 'No outputs'));
  }));
}
