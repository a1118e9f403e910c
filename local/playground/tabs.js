// @ts-check
import { find } from './elements.js';

/**
 * Tabs of the ARIA Authoring Practices: a single tab stop, and arrow keys between tabs.
 *
 * @param {HTMLElement} list
 */
export function enableTabs(list) {
  /** @type {HTMLElement[]} */
  const tabs = [...list.querySelectorAll('[role=tab]')].map(tab => /** @type {HTMLElement} */ (tab));
  /** @param {HTMLElement} selected */
  const select = selected => {
    for (const tab of tabs) {
      const isSelected = tab === selected;
      tab.setAttribute('aria-selected', String(isSelected));
      tab.tabIndex = isSelected ? 0 : -1;
      find(`#${tab.getAttribute('aria-controls')}`).hidden = !isSelected;
    }
  };
  for (const [index, tab] of tabs.entries()) {
    tab.addEventListener('click', () => select(tab));
    tab.addEventListener('keydown', event => {
      const target = { ArrowRight: index + 1, ArrowLeft: index - 1 + tabs.length, Home: 0, End: tabs.length - 1 }[event.key];
      if (target === undefined) return;
      event.preventDefault();
      const next = tabs[target % tabs.length];
      select(next);
      next.focus();
    });
  }
}
