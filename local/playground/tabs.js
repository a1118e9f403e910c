// @ts-check
import { find } from './elements.js';

/**
 * Tabs as the ARIA practices have them: one stop for the tabulator, arrow keys between them.
 *
 * @param {HTMLElement} list
 */
export function wireTabs(list) {
  /** @type {HTMLElement[]} */
  const tabs = [...list.querySelectorAll('[role=tab]')].map(tab => /** @type {HTMLElement} */ (tab));
  /** @param {HTMLElement} chosen */
  const choose = chosen => {
    for (const tab of tabs) {
      const isChosen = tab === chosen;
      tab.setAttribute('aria-selected', String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
      find(`#${tab.getAttribute('aria-controls')}`).hidden = !isChosen;
    }
  };
  for (const [index, tab] of tabs.entries()) {
    tab.addEventListener('click', () => choose(tab));
    tab.addEventListener('keydown', event => {
      const target = { ArrowRight: index + 1, ArrowLeft: index - 1 + tabs.length, Home: 0, End: tabs.length - 1 }[event.key];
      if (target === undefined) return;
      event.preventDefault();
      const next = tabs[target % tabs.length];
      choose(next);
      next.focus();
    });
  }
}
