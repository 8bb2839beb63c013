import { ParleyError } from './errors.js';

/** @typedef {() => string | Promise<string>} GetToken */

/** The caller's token. However many ask at once, the application's `getToken` runs once. */
export class Tokens {
  #getToken;
  #token = '';
  /** @type {Promise<string> | null} */
  #pending = null;

  /** @param {GetToken} getToken */
  constructor(getToken) {
    this.#getToken = getToken;
  }

  /** The one given last, or nothing. */
  get last() {
    return this.#token;
  }

  /** @returns {Promise<string>} */
  async current() {
    return this.#token || this.#fetch();
  }

  /**
   * @param {string} [refused] the token that no longer serves; if another one has come meanwhile, that one is given
   * @returns {Promise<string>}
   */
  async renew(refused = this.#token) {
    if (refused === this.#token) this.#token = '';
    return this.current();
  }

  /** @returns {Promise<string>} */
  #fetch() {
    this.#pending ??= this.#ask().finally(() => (this.#pending = null));
    return this.#pending;
  }

  async #ask() {
    const token = await this.#call();
    if (!token) throw new ParleyError('unauthorized', 'getToken gave no token');
    this.#token = token;
    return token;
  }

  /** A `getToken` that fails is tried again, unless it throws a ParleyError that says otherwise. */
  async #call() {
    try {
      return await this.#getToken();
    } catch (thrown) {
      if (thrown instanceof ParleyError) throw thrown;
      throw new ParleyError('token_unavailable', `getToken failed: ${thrown}`, { retryable: true });
    }
  }
}
