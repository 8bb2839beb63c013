import { Parley } from '../client/parley.js';
import { ConnectionView } from './connection-view.js';
import { diagnose, SLOW_MS } from './diagnosis.js';
import { byId, h } from './dom.js';
import { HOLD_MS, tryHttp, tryTransport, WAYS } from './examination.js';
import { header } from './header.js';
import { applySettings, t } from './settings.js';
import { signIn } from './sign-in.js';

/**
 * @typedef {import('./diagnosis.js').Finding} Finding
 * @typedef {import('./diagnosis.js').Findings} Findings
 * @typedef {keyof Findings} Step
 */

const STEPS = /** @type {Step[]} */ (['http', ...WAYS]);

/** @param {Step} step */
const nameOf = (step) => (step === 'http' ? t('doctor.step.http') : t(`transport.${step}`));

/** The page on which somebody finds out what their network lets through. */
class Doctor {
  #parley;
  #getToken;
  #start = byId('start', HTMLButtonElement);
  /** @type {Partial<Findings>} */
  #findings = {};

  /** @param {Parley} parley @param {import('./sign-in.js').Identity} identity */
  constructor(parley, { getToken }) {
    this.#parley = parley;
    this.#getToken = getToken;
    for (const step of STEPS) this.#paint(step, 'waiting', t('doctor.waiting'));
    this.#start.addEventListener('click', () => this.#examine());
    byId('copy', HTMLButtonElement).addEventListener('click', () => this.#copy());
  }

  /** All at once: a way that is blocked takes its time to show it. */
  async #examine() {
    this.#start.disabled = true;
    byId('progress', HTMLElement).textContent = t('doctor.running');
    byId('result', HTMLElement).hidden = true;
    await Promise.all(STEPS.map((step) => this.#try(step)));
    this.#conclude(/** @type {Findings} */ (this.#findings));
    byId('progress', HTMLElement).textContent = '';
    this.#start.textContent = t('doctor.again');
    this.#start.disabled = false;
  }

  /** @param {Step} step */
  async #try(step) {
    this.#paint(step, 'trying', t('doctor.trying'));
    const finding = await (step === 'http' ? tryHttp(this.#parley) : tryTransport(step, this.#getToken));
    this.#findings[step] = finding;
    this.#paint(step, finding.outcome, said(finding));
  }

  /** @param {Step} step @param {string} outcome @param {string} text */
  #paint(step, outcome, text) {
    const entry = h('li', { class: 'step', 'data-step': step, 'data-outcome': outcome },
      h('span', { class: 'step-mark', 'aria-hidden': 'true' }),
      h('span', { class: 'step-text' }, h('strong', {}, nameOf(step)), h('span', { class: 'hint' }, t(`doctor.explain.${step}`))),
      h('span', { class: 'step-outcome' }, text));
    const list = byId('steps', HTMLOListElement);
    const before = list.querySelector(`[data-step="${step}"]`);
    if (before) before.replaceWith(entry);
    else list.append(entry);
  }

  /** @param {Findings} findings */
  #conclude(findings) {
    const { verdict, advice } = diagnose(findings);
    const { ms = 0 } = findings.http;
    const slow = ms > SLOW_MS ? [t('doctor.slow', { ms })] : [];
    const limits = t('doctor.limits', { seconds: HOLD_MS / 1_000 });
    byId('result', HTMLElement).hidden = false;
    byId('result', HTMLElement).dataset.verdict = verdict;
    byId('verdict', HTMLElement).textContent = t(verdict);
    byId('advice', HTMLUListElement).replaceChildren(...[...advice.map((key) => t(key)), ...slow, limits].map((text) => h('li', {}, text)));
    byId('copied', HTMLElement).textContent = '';
  }

  async #copy() {
    const lines = STEPS.map((step) => `${nameOf(step)}: ${said(/** @type {Finding} */ (this.#findings[step]))}${this.#findings[step]?.why ? ` (${this.#findings[step]?.why})` : ''}`);
    const report = [location.origin, new Date().toISOString(), navigator.userAgent, ...lines, byId('verdict', HTMLElement).textContent ?? ''].join('\n');
    const field = byId('report', HTMLTextAreaElement);
    field.hidden = false;
    field.value = report;
    field.select();
    try {
      await navigator.clipboard.writeText(report);
      byId('copied', HTMLElement).textContent = t('doctor.copied');
    } catch {
      // Pages without https may not use the clipboard: the report is on the page, and selected.
    }
  }
}

/** @param {Finding} finding */
function said({ outcome, ms = 0 }) {
  return t(`doctor.${outcome}`, { ms });
}

applySettings();
const identity = await signIn();
const parley = new Parley('./', { getToken: identity.getToken });
new ConnectionView(parley);
header('doctor', parley, identity);
new Doctor(parley, identity);
parley.connect();
