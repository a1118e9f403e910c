// @ts-check

/**
 * Makes a long list a single tab stop: arrow keys move between its items, which must have `tabindex="-1"`.
 *
 * @param {HTMLElement} list
 * @param {string} selector selects the items
 */
export function enableArrowKeys(list, selector) {
  list.addEventListener('keydown', event => {
    const items = /** @type {HTMLElement[]} */ ([...list.querySelectorAll(selector)]);
    const current = items.findIndex(item => item.contains(document.activeElement));
    if (current === -1 && event.target !== list) return;
    const last = items.length - 1;
    const target = { ArrowDown: current + 1, ArrowUp: current === -1 ? last : current - 1, Home: 0, End: last }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    items[Math.max(0, Math.min(last, target))]?.focus();
  });
}
