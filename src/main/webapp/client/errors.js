/** A failure in the server's words: `code` is stable, `retryable` says whether trying again can help. */
export class ParleyError extends Error {
  /**
   * @param {string} code
   * @param {string} [message]
   * @param {{retryable?: boolean, retryAfterMs?: number, status?: number}} [more]
   */
  constructor(code, message, more = {}) {
    super(message || code);
    this.name = 'ParleyError';
    this.code = code;
    this.retryable = more.retryable ?? false;
    this.retryAfterMs = more.retryAfterMs;
    this.status = more.status;
  }

  /** @param {unknown} thrown @returns {ParleyError} */
  static from(thrown) {
    if (thrown instanceof ParleyError) return thrown;
    return new ParleyError('client_error', thrown instanceof Error ? thrown.message : String(thrown));
  }

  /** @param {import('./types.js').Push} frame of type `error` */
  static fromFrame({ code, message, retryable, retryAfterMs }) {
    return new ParleyError(code || 'internal', message, { retryable, retryAfterMs });
  }
}

/** The transport went away before the answer came: it is not known whether the server acted. */
export function connectionLost() {
  return new ParleyError('connection_lost', 'the connection was lost before the answer came', { retryable: true });
}
