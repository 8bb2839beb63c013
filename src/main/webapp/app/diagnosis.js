/**
 * What came of trying one way.
 * `dropped`: it connected and ended by itself. `skipped`: the browser does not have it.
 * @typedef {'works' | 'dropped' | 'fails' | 'skipped'} Outcome
 * @typedef {{outcome: Outcome, ms?: number, why?: string}} Finding
 * @typedef {Record<'http' | import('../client/types.js').TransportName, Finding>} Findings
 */

/** Above this, plain requests are slow. */
export const SLOW_MS = 1_000;

/** What the findings mean, as keys of texts: the verdict, then advice. @param {Findings} findings @returns {{verdict: string, advice: string[]}} */
export function diagnose(findings) {
  const works = (/** @type {keyof Findings} */ name) => findings[name].outcome === 'works';
  const broken = (/** @type {keyof Findings} */ name) => ['fails', 'dropped'].includes(findings[name].outcome);
  const reached = Object.values(findings).some(({ outcome }) => outcome === 'works');
  const advice = reached ? /** @type {const} */ (['websocket', 'sse']).filter(broken).map((name) => `doctor.advice.${name}`) : [];
  if (works('websocket')) return { verdict: 'doctor.verdict.good', advice };
  if (works('sse')) return { verdict: 'doctor.verdict.noWebSocket', advice };
  if (works('long-polling')) return { verdict: 'doctor.verdict.onlyPolling', advice };
  if (works('short-polling')) return { verdict: 'doctor.verdict.onlyShort', advice };
  if (works('http')) return { verdict: 'doctor.verdict.httpOnly', advice: [] };
  return { verdict: 'doctor.verdict.nothing', advice: [] };
}
