import { DE } from './texts-de.js';
import { EN } from './texts-en.js';

/** @typedef {{[name: string]: string | number}} Parts */

/** The languages that there are. @type {Record<string, {name: string, rtl?: boolean, texts: Record<string, string>}>} */
export const LANGUAGES = {
  en: { name: 'English', texts: EN },
  de: { name: 'Deutsch', texts: DE },
};

/** The best language for somebody who prefers these. @param {readonly string[]} preferred */
export function languageFor(preferred) {
  const found = preferred.map((tag) => tag.toLowerCase().split('-')[0]).find((tag) => tag in LANGUAGES);
  return found ?? 'en';
}

/**
 * Fills in a text. One with a bar has two forms, chosen by `count` as the language does.
 * @param {string} language
 * @param {string} key
 * @param {Parts} [parts]
 */
export function fill(language, key, parts = {}) {
  const text = LANGUAGES[language]?.texts[key] ?? EN[key] ?? key;
  const forms = text.split('|');
  const one = forms.length > 1 && new Intl.PluralRules(language).select(Number(parts.count)) === 'one';
  const form = one ? forms[0] : forms[forms.length - 1];
  return form.replaceAll(/\{(\w+)\}/g, (whole, name) => String(parts[name] ?? whole));
}
