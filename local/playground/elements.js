// @ts-check

/**
 * Creates an element. Strings become text nodes, never markup, so it is safe for user input.
 *
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | boolean | number | undefined>} [attributes] `undefined` and `false` omit the attribute
 * @param {...(Node | string)} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function element(tag, attributes = {}, ...children) {
  const created = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) created.setAttribute(name, value === true ? '' : String(value));
  }
  created.append(...children);
  return created;
}

/**
 * Finds an element of index.html. Throws if there is none.
 *
 * @template {HTMLElement} [T=HTMLElement]
 * @param {string} selector
 * @param {ParentNode} [parent]
 * @returns {T}
 */
export function find(selector, parent = document) {
  const found = parent.querySelector(selector);
  if (!found) throw new Error(`The page has no element ${selector}`);
  return /** @type {T} */ (found);
}

/**
 * @param {string} label
 * @param {() => void} onClick
 * @param {Record<string, string | undefined>} [attributes]
 */
export function button(label, onClick, attributes = {}) {
  const created = element('button', { type: 'button', ...attributes }, label);
  created.addEventListener('click', onClick);
  return created;
}

/** @param {string | Date} time */
export function clockTime(time) {
  return element('time', { datetime: new Date(time).toISOString() }, new Date(time).toLocaleTimeString('en-GB'));
}

/**
 * Shows an error, or hides the last one if there is none.
 *
 * @param {HTMLElement} target
 * @param {{ code?: number | string, message: string }} [error]
 */
export function showError(target, error) {
  target.hidden = error === undefined;
  target.replaceChildren(...error ? [...error.code === undefined ? [] : [element('strong', {}, String(error.code)), ' '], error.message] : []);
}
