import { ParleyError } from './errors.js';
import { parse } from './frames.js';

/**
 * @typedef {object} HttpRequest
 * @property {string} [method]
 * @property {Array<[string, string]>} [query]
 * @property {any} [body] sent as JSON
 * @property {Record<string, string>} [headers]
 * @property {AbortSignal} [signal]
 * @property {number} [timeoutMs]
 *
 * @typedef {{status: number, body: any, etag: string | null, retryAfterMs?: number}} HttpAnswer
 */

const TIMEOUT_MS = 15_000;

/** The code of an answer that is not Parley's. */
export const FOREIGN = 'unexpected_answer';

/** Calls the HTTP API as the caller. Every failure comes as a ParleyError, whatever lies between. */
export class Http {
  #base;
  #tokens;
  #platform;

  /**
   * @param {URL} base the application's root
   * @param {import('./tokens.js').Tokens} tokens
   * @param {import('./platform.js').Platform} platform
   */
  constructor(base, tokens, platform) {
    this.#base = base;
    this.#tokens = tokens;
    this.#platform = platform;
  }

  /**
   * @param {string} path below `/api/v1/`
   * @param {HttpRequest} [request]
   * @returns {Promise<HttpAnswer>}
   */
  async call(path, request = {}) {
    const token = await this.#tokens.current();
    const answer = await this.#send(path, request, token);
    if (answer.status !== 401) return accept(answer);
    return accept(await this.#send(path, request, await this.#tokens.renew(token)));
  }

  /**
   * @param {string} path
   * @param {Array<[string, string]>} [query]
   */
  url(path, query = []) {
    const url = new URL(`api/v1/${path}`, this.#base);
    for (const [name, value] of query) url.searchParams.append(name, value);
    return url.href;
  }

  /** @param {string} path @param {HttpRequest} request @param {string} token @returns {Promise<HttpAnswer>} */
  async #send(path, request, token) {
    const abort = new AbortController();
    const onAbort = () => abort.abort();
    request.signal?.addEventListener('abort', onAbort);
    const timer = this.#platform.setTimeout(onAbort, request.timeoutMs ?? TIMEOUT_MS);
    try {
      if (request.signal?.aborted) abort.abort();
      const response = await this.#platform.fetch(this.url(path, request.query), init(request, token, abort.signal));
      return await read(response);
    } catch (thrown) {
      throw request.signal?.aborted ? new ParleyError('aborted', 'the request was given up') : unreachable(thrown);
    } finally {
      this.#platform.clearTimeout(timer);
      request.signal?.removeEventListener('abort', onAbort);
    }
  }
}

/**
 * The address of an application, ending in a slash.
 * @param {string | URL} url may be relative to the page
 */
export function rootOf(url) {
  const root = new URL(url, globalThis.document?.baseURI);
  if (!root.pathname.endsWith('/')) root.pathname += '/';
  root.search = root.hash = '';
  return root;
}

/** @param {unknown} thrown */
function unreachable(thrown) {
  return new ParleyError('unreachable', `the server did not answer: ${thrown}`, { retryable: true });
}

/** @param {HttpRequest} request @param {string} token @param {AbortSignal} signal @returns {RequestInit} */
function init({ method = 'GET', headers = {}, body }, token, signal) {
  /** @type {Record<string, string>} */
  const json = body === undefined ? {} : { 'Content-Type': 'application/json' };
  return {
    method,
    headers: { Accept: 'application/json', Authorization: `Bearer ${token}`, ...json, ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
    cache: 'no-store',
    credentials: 'same-origin',
    signal,
  };
}

/** @param {Response} response @returns {Promise<HttpAnswer>} */
async function read(response) {
  const text = await response.text();
  return {
    status: response.status,
    body: text ? parse(text) : undefined,
    etag: response.headers.get('ETag'),
    retryAfterMs: retryAfter(response.headers.get('Retry-After')),
  };
}

/** @param {string | null} header seconds; a date is not worth the clock skew */
function retryAfter(header) {
  return header && /^\d+$/.test(header) ? Number(header) * 1_000 : undefined;
}

/** @param {HttpAnswer} answer @returns {HttpAnswer} */
function accept(answer) {
  const { status, body } = answer;
  if (status === 304 || (status < 300 && (body !== undefined || status === 204))) return answer;
  const problem = body && typeof body === 'object' ? body : {};
  throw new ParleyError(problem.code ?? codeOf(status), problem.detail ?? problem.title ?? `HTTP ${status}`, {
    status,
    retryable: problem.retryable ?? isPassing(status),
    retryAfterMs: problem.retryAfterMs ?? answer.retryAfterMs,
  });
}

/**
 * For answers without a code: they come from a proxy, or from a server on which Parley is not there yet. They say
 * nothing about a channel or a right.
 * @param {number} status
 */
function codeOf(status) {
  if (status >= 500) return 'unavailable';
  return new Map([[401, 'unauthorized'], [413, 'too_large'], [429, 'rate_limited']]).get(status) ?? FOREIGN;
}

/** Also a 2xx that is not JSON, which is a portal's, and a 404 from a server that is just starting. @param {number} status */
function isPassing(status) {
  return status < 400 || [404, 408, 429].includes(status) || status >= 500;
}
