import { fill, LANGUAGES, languageFor } from './texts.js';

/**
 * @typedef {'theme' | 'language' | 'direction'} Setting
 */

const PREFIX = 'parley.setting.';

/** What somebody has chosen, on all pages; null: nothing. @param {Setting} name */
export function setting(name) {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null;
  }
}

/** @param {Setting} name @param {string} value empty: no choice */
export function choose(name, value) {
  try {
    if (value) localStorage.setItem(PREFIX + name, value);
    else localStorage.removeItem(PREFIX + name);
  } catch {
    // Storage is denied: it holds for this page only.
  }
}

const chosen = setting('language');
export const language = chosen && chosen in LANGUAGES ? chosen : languageFor(navigator.languages);

/**
 * What the page says, in the language that was chosen or that the browser prefers.
 * @param {string} key
 * @param {import('./texts.js').Parts} [parts]
 */
export const t = (key, parts) => fill(language, key, parts);

/** Several names as the language joins them. @param {string[]} names */
export const join = (names) => new Intl.ListFormat(language).format(names);

export function applyTheme() {
  document.documentElement.dataset.theme = setting('theme') ?? 'auto';
}

/** Language, direction and theme of the page, and all of its texts. */
export function applySettings() {
  const { lang, dir } = { lang: language, dir: setting('direction') ?? (LANGUAGES[language].rtl ? 'rtl' : 'ltr') };
  Object.assign(document.documentElement, { lang, dir });
  applyTheme();
  translate(document);
  for (const template of document.querySelectorAll('template')) translate(template.content);
}

/** `data-t="key"` is the text; `data-t-label="placeholder=key aria-label=key"` are attributes. @param {ParentNode} root */
function translate(root) {
  for (const element of root.querySelectorAll('[data-t]')) {
    element.textContent = t(/** @type {HTMLElement} */ (element).dataset.t ?? '');
  }
  for (const element of root.querySelectorAll('[data-t-label]')) {
    for (const pair of (/** @type {HTMLElement} */ (element).dataset.tLabel ?? '').split(' ')) {
      const [attribute, key] = pair.split('=');
      element.setAttribute(attribute, t(key));
    }
  }
}
