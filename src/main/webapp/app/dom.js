/**
 * @template {Element} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
export function byId(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`the page has no ${type.name} #${id}`);
  return found;
}

/**
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLElement}
 */
export function part(root, selector) {
  const found = root.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`nothing matches ${selector}`);
  return found;
}

/**
 * @param {string} templateId
 * @returns {HTMLElement}
 */
export function clone(templateId) {
  const first = byId(templateId, HTMLTemplateElement).content.firstElementChild;
  return /** @type {HTMLElement} */ (first?.cloneNode(true));
}

/** @param {HTMLElement} avatar @param {{id: string, name?: string}} user */
export function paintAvatar(avatar, { id, name }) {
  avatar.textContent = initials(name || id);
  avatar.dataset.hue = String([...id].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 8, 7));
}

/** @param {string} name */
function initials(name) {
  const words = name.trim().split(/\s+/);
  const letters = words.length > 1 ? [words[0], words[words.length - 1]].map(first) : [first(words[0])];
  return letters.join('').toUpperCase();
}

/** @param {string} word */
function first(word) {
  return [...word][0] ?? '?';
}
