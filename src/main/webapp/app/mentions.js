const WORD = /(^|[\s(])@([\p{L}\p{N}_.~-]*[\p{L}\p{N}_~-])/gu;
/** As many as the server takes would be an address list; nobody names more in a sentence. */
const LIMIT = 20;

/**
 * The ids of the people whom a text names with `@`, by id or by the first word of their name.
 * @param {string} text
 * @param {Iterable<{id: string, name?: string}>} people who can be meant
 * @returns {string[]}
 */
export function mentionsIn(text, people) {
  const known = new Map();
  for (const { id, name } of people) {
    if (name) known.set(name.toLowerCase().split(/\s+/)[0], id);
  }
  for (const { id } of people) known.set(id.toLowerCase(), id);
  const found = [...text.matchAll(WORD)].map(([, , word]) => known.get(word.toLowerCase()));
  return [...new Set(found.filter((id) => id !== undefined))].slice(0, LIMIT);
}
