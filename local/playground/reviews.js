// @ts-check
import { clockTime, element, find } from './elements.js';

/** Documented time limit, after which the fallback result of the room applies. */
const LIMIT_MILLISECONDS = 200;
const MAXIMUM_LINES = 200;

/** Results of review handlers and their duration, newest first. */
export class Reviews {
  #list = find('#reviews');
  /** @type {Map<string, HTMLElement>} by message id */
  #lines = new Map();
  #count = 0;
  #overLimit = 0;

  /** @param {import('./live-log-stream.js').Entry} entry */
  add({ data = {}, text, time }) {
    // A late answer updates the line of its review.
    if (data.late && this.#lines.has(data.messageId)) return this.#updateDuration(data);
    // A timer may end a fraction of a millisecond early.
    const timedOut = data.problem !== undefined && Math.round(data.milliseconds) >= LIMIT_MILLISECONDS;
    const isOver = data.late || timedOut || data.milliseconds > LIMIT_MILLISECONDS;
    const line = element('li', { class: `review${isOver ? ' over-limit' : ''}` },
      duration(data.milliseconds, isOver),
      element('p', { class: 'review-text' }, ...verdict(data), reviewText(data, text)),
      clockTime(time));
    this.#list.prepend(line);
    this.#lines.set(data.messageId, line);
    if (this.#list.childElementCount > MAXIMUM_LINES) this.#list.lastElementChild?.remove();
    if (this.#lines.size > MAXIMUM_LINES) this.#lines.delete(this.#lines.keys().next().value ?? '');
    this.#count++;
    if (isOver) this.#overLimit++;
    this.#summarize();
  }

  clear() {
    this.#list.replaceChildren();
    this.#lines.clear();
    this.#count = this.#overLimit = 0;
    this.#summarize();
  }

  /** @param {Record<string, any>} data */
  #updateDuration({ messageId, milliseconds }) {
    this.#lines.get(messageId)?.querySelector('.duration')?.replaceWith(duration(milliseconds, true));
  }

  #summarize() {
    find('#no-review').hidden = this.#count > 0;
    this.#list.hidden = this.#count === 0;
    const over = this.#overLimit > 0 ? [' · ', element('span', { class: 'over-limit-count' }, `${this.#overLimit} over ${LIMIT_MILLISECONDS} ms`)] : [];
    find('#reviews-summary').replaceChildren(...this.#count > 0 ? [this.#count === 1 ? '1 message' : `${this.#count} messages`, ...over] : []);
  }
}

/** @param {number} milliseconds @param {boolean} isOver */
function duration(milliseconds, isOver) {
  const bar = element('span', { 'class': 'bar-fill' });
  bar.style.width = `${Math.min(100, Math.max(2, milliseconds / LIMIT_MILLISECONDS * 100))}%`;
  return element('p', { class: 'duration' }, `${Math.round(milliseconds)} ms`,
    ...isOver ? [element('span', { class: 'visually-hidden' }, `, over the limit of ${LIMIT_MILLISECONDS} ms`)] : [],
    element('span', { 'class': 'bar-track', 'aria-hidden': 'true' }, bar));
}

/** @param {Record<string, any>} data */
function verdict({ problem, result }) {
  if (result === undefined) return [];
  return [element('span', { class: `verdict ${result.toLowerCase()}` }, problem ? `${result} by fallback` : result), ' '];
}

/** @param {Record<string, any>} data @param {string} text */
function reviewText({ content, contentReturned, problem, reason, result, userId }, text) {
  if (content === undefined) return text;
  const isRewritten = result === 'ALLOW' && contentReturned !== undefined && contentReturned !== content;
  const rewritten = isRewritten ? [' → ', element('q', {}, contentReturned)] : [];
  const explanation = problem ?? reason;
  return element('span', {}, element('strong', {}, userId), ' ', element('q', {}, content), ...rewritten, ...explanation ? [` · ${explanation}`] : []);
}
