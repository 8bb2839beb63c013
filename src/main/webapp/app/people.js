/** More names than this are not kept; whoever is beyond them is called by id. */
const LIMIT = 5_000;

/** Who is called what, as far as it was seen. */
export class People {
  /** @type {Map<string, string>} */
  #names = new Map();

  /** @param {{id: string, name?: string} | undefined} user */
  meet(user) {
    if (user?.name && (this.#names.has(user.id) || this.#names.size < LIMIT)) this.#names.set(user.id, user.name);
  }

  /** @param {string} id */
  nameOf(id) {
    return this.#names.get(id) ?? id;
  }

  /** @returns {Array<{id: string, name: string}>} */
  get all() {
    return [...this.#names].map(([id, name]) => ({ id, name }));
  }
}
