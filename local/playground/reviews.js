// @ts-check
import { clockTime, element, find } from './elements.js';

/** Documented: after this, the fallback of the room decides. */
const LIMIT_MILLISECONDS = 200;
const SHOWN = 200;

/** What the review handlers answered, newest first, and in how many milliseconds. */
export class Reviews {
  #list = find('#reviews');
  /** @type {Map<string, HTMLElement>} by message */
  #lines = new Map();
  #count = 0;
  #over = 0;

  /** @param {import('./live-log-stream.js').Entry} entry */
  add({ data = {}, text, time }) {
    // The answer that came too late belongs to the line that says so.
    if (data.late && this.#lines.has(data.messageId)) return this.#answerLate(data);
    // A timer may end a fraction of a millisecond early.
    const timedOut = data.problem !== undefined && Math.round(data.milliseconds) >= LIMIT_MILLISECONDS;
    const isOver = data.late || timedOut || data.milliseconds > LIMIT_MILLISECONDS;
    const line = element('li', { class: `review${isOver ? ' over-limit' : ''}` },
      duration(data.milliseconds, isOver),
      element('p', { class: 'words' }, ...verdict(data), words(data, text)),
      clockTime(time));
    this.#list.prepend(line);
    this.#lines.set(data.messageId, line);
    if (this.#list.childElementCount > SHOWN) this.#list.lastElementChild?.remove();
    if (this.#lines.size > SHOWN) this.#lines.delete(this.#lines.keys().next().value ?? '');
    this.#count++;
    if (isOver) this.#over++;
    this.#summarize();
  }

  clear() {
    this.#list.replaceChildren();
    this.#lines.clear();
    this.#count = this.#over = 0;
    this.#summarize();
  }

  /** @param {Record<string, any>} data */
  #answerLate({ messageId, milliseconds }) {
    this.#lines.get(messageId)?.querySelector('.duration')?.replaceWith(duration(milliseconds, true));
  }

  #summarize() {
    find('#no-review').hidden = this.#count > 0;
    this.#list.hidden = this.#count === 0;
    const over = this.#over > 0 ? [' · ', element('span', { class: 'bad' }, `${this.#over} over ${LIMIT_MILLISECONDS} ms`)] : [];
    find('#reviews-summary').replaceChildren(...this.#count > 0 ? [this.#count === 1 ? '1 message' : `${this.#count} messages`, ...over] : []);
  }
}

/** @param {number} milliseconds @param {boolean} isOver */
function duration(milliseconds, isOver) {
  const bar = element('span', { 'class': 'bar-fill' });
  bar.style.width = `${Math.min(100, Math.max(2, milliseconds / LIMIT_MILLISECONDS * 100))}%`;
  return element('p', { class: 'duration' }, `${Math.round(milliseconds)} ms`,
    ...isOver ? [element('span', { class: 'for-readers' }, `, over the limit of ${LIMIT_MILLISECONDS} ms`)] : [],
    element('span', { 'class': 'bar-track', 'aria-hidden': 'true' }, bar));
}

/** @param {Record<string, any>} data */
function verdict({ problem, result }) {
  if (result === undefined) return [];
  return [element('span', { class: `verdict ${result.toLowerCase()}` }, problem ? `${result} by fallback` : result), ' '];
}

/** @param {Record<string, any>} data @param {string} text */
function words({ content, contentReturned, problem, reason, result, userId }, text) {
  if (content === undefined) return text;
  const isRewritten = result === 'ALLOW' && contentReturned !== undefined && contentReturned !== content;
  const rewritten = isRewritten ? [' → ', element('q', {}, contentReturned)] : [];
  const why = problem ?? reason;
  return element('span', {}, element('strong', {}, userId), ' ', element('q', {}, content), ...rewritten, ...why ? [` · ${why}`] : []);
}
