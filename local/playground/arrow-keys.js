// @ts-check

/**
 * Makes a long list one stop of the tabulator: arrow keys go through its items, which have `tabindex="-1"`.
 *
 * @param {HTMLElement} list
 * @param {string} selector of the items
 */
export function wireArrows(list, selector) {
  list.addEventListener('keydown', event => {
    const items = /** @type {HTMLElement[]} */ ([...list.querySelectorAll(selector)]);
    const at = items.findIndex(item => item.contains(document.activeElement));
    if (at === -1 && event.target !== list) return;
    const last = items.length - 1;
    const target = { ArrowDown: at + 1, ArrowUp: at === -1 ? last : at - 1, Home: 0, End: last }[event.key];
    if (target === undefined) return;
    event.preventDefault();
    items[Math.max(0, Math.min(last, target))]?.focus();
  });
}
