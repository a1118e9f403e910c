// @ts-check
import { enableArrowKeys } from './arrow-keys.js';
import { button, clockTime, element, find, showError } from './elements.js';
import { reviewAgain, ServiceError } from './page-api.js';

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

  constructor() {
    enableArrowKeys(this.#list, '.send-again');
  }

  /** @param {import('./live-log-stream.js').Entry} entry */
  add({ data = {}, text, time }) {
    // A late answer updates the line of its review.
    if (data.late && this.#lines.has(data.messageId)) return this.#updateDuration(data);
    if (data.again && this.#lines.has(data.messageId)) return this.#showAgain(data, time);
    // A timer may end a fraction of a millisecond early.
    const timedOut = data.problem !== undefined && Math.round(data.milliseconds) >= LIMIT_MILLISECONDS;
    const isOver = data.late || timedOut || data.milliseconds > LIMIT_MILLISECONDS;
    const line = element('li', { class: `review${isOver ? ' over-limit' : ''}` },
      duration(data.milliseconds, isOver),
      element('div', { class: 'review-text' }, element('p', {}, ...verdict(data), reviewText(data, text)), ...sendAgain(data)),
      clockTime(time));
    line.dataset.answer = answerOf(data);
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

  /**
   * Shows the answer to a message that was sent again below the first one.
   *
   * @param {Record<string, any>} data
   * @param {string} time
   */
  #showAgain(data, time) {
    const line = this.#lines.get(data.messageId);
    if (!line) return;
    const isChanged = line.dataset.answer !== answerOf(data);
    find('.again', line).replaceChildren(
      element('strong', {}, isChanged ? 'Now: ' : 'Unchanged: '), ...verdict(data), answerText(data),
      element('span', { class: 'muted' }, ` · ${Math.round(data.milliseconds)} ms · `, clockTime(time)));
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

/**
 * A button to send the message again after the code has changed, and room for the answer.
 *
 * @param {Record<string, any>} data
 */
function sendAgain({ attributes, content, messageId, roomArn, senderAttributes, userId }) {
  if (senderAttributes === undefined) return [];
  const error = element('p', { class: 'error', role: 'alert', hidden: true });
  const send = button('Send again', async () => {
    send.disabled = true;
    showError(error);
    try {
      await reviewAgain({ roomArn, messageId, content, attributes, userId, senderAttributes });
    } catch (problem) {
      const message = problem instanceof ServiceError ? problem.message : 'The server is not reachable.';
      showError(error, { code: problem instanceof ServiceError ? problem.code : undefined, message });
    }
    send.disabled = false;
    send.focus();
  }, { 'class': 'send-again', 'aria-label': `Send the message of ${userId} to the review handler again`, 'tabindex': '-1' });
  return [element('p', { class: 'again', role: 'status' }), error, send];
}

/** What a handler answered, to compare two answers. @param {Record<string, any>} data */
function answerOf({ attributes = {}, attributesReturned = attributes, content, contentReturned = content, problem, reason, result }) {
  return JSON.stringify([result, problem !== undefined, ...result === 'ALLOW' ? [contentReturned, sorted(attributesReturned)] : [reason]]);
}

/** @param {Record<string, string>} attributes */
function sorted(attributes) {
  return Object.entries(attributes).sort(([one], [other]) => one < other ? -1 : 1);
}

/** @param {Record<string, any>} data @param {string} text */
function reviewText(data, text) {
  if (data.content === undefined) return text;
  return element('span', {}, element('strong', {}, data.userId), ' ', element('q', {}, data.content), answerText(data));
}

/** @param {Record<string, any>} data */
function answerText({ attributes = {}, attributesReturned = attributes, content, contentReturned, problem, reason, result }) {
  const isRewritten = result === 'ALLOW' && contentReturned !== undefined && contentReturned !== content;
  const rewritten = isRewritten ? [' → ', element('q', {}, contentReturned)] : [];
  const hasOtherAttributes = JSON.stringify(sorted(attributesReturned)) !== JSON.stringify(sorted(attributes));
  const otherAttributes = hasOtherAttributes ? [' · with other attributes'] : [];
  const explanation = problem ?? reason;
  return element('span', {}, ...rewritten, ...otherAttributes, ...explanation ? [` · ${explanation}`] : []);
}
