// @ts-check

/**
 * Makes an element. Text is always text, never markup: this is the only way words of users get into the page.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | boolean | number | undefined>} [attributes] `undefined` and `false` leave an attribute out
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(name, value === true ? '' : String(value));
  }
  made.append(...children);
  return made;
}

/**
 * An element that is in index.html.
 *
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} selector
 * @param {ParentNode} [parent]
 * @returns {T}
 */
export function find(selector, parent = document) {
  const found = parent.querySelector(selector);
  if (!found) throw new Error(`The page has no ${selector}`);
  return /** @type {T} */ (found);
}

/**
 * @param {string} label
 * @param {() => void} onClick
 * @param {Record<string, string | undefined>} [attributes]
 */
export function button(label, onClick, attributes = {}) {
  const made = element('button', { type: 'button', ...attributes }, label);
  made.addEventListener('click', onClick);
  return made;
}

/** @param {string | Date} time */
export function clockTime(time) {
  return element('time', { datetime: new Date(time).toISOString() }, new Date(time).toLocaleTimeString('en-GB'));
}

/**
 * Shows what went wrong beside what the person did, or takes it away.
 *
 * @param {HTMLElement} place
 * @param {{ code?: number | string, message: string }} [error]
 */
export function showError(place, error) {
  place.hidden = error === undefined;
  place.replaceChildren(...error ? [...error.code === undefined ? [] : [element('strong', {}, String(error.code)), ' '], error.message] : []);
}
