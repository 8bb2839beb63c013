import { Emitter } from '../client/emitter.js';
import { randomKey } from '../client/platform.js';

/**
 * @typedef {import('../client/errors.js').ParleyError} ParleyError
 * @typedef {import('./outbox.js').Letter} Letter
 * @typedef {Letter & {status: 'sending' | 'sent' | 'failed', error?: ParleyError}} Outgoing
 *
 * @typedef {object} SendingEvents
 * @property {Outgoing} outgoing one was added or has changed
 * @property {Outgoing} settled one has come back as a message, or was taken back
 * @property {null} stored the server has one
 */

/**
 * What was written in one conversation and has not come back as a message. It is in the outbox until the server has it, so a
 * reload of the page loses nothing, and each has a key, so that what is sent again is not said twice.
 * @extends {Emitter<SendingEvents>}
 */
export class Sending extends Emitter {
  /** @type {Map<string, Outgoing>} by key */
  letters = new Map();
  #channel;
  #around;

  /** @param {string} channel @param {import('./conversation.js').Surroundings} around */
  constructor(channel, around) {
    super();
    this.#channel = channel;
    this.#around = around;
  }

  /** Sends what an earlier page has left behind. */
  resume() {
    for (const letter of this.#around.outbox.of(this.#channel)) this.#send(letter);
  }

  /** @param {string} text @param {string} [replyTo] @param {string[]} [mentions] */
  say(text, replyTo, mentions) {
    this.#send({ key: randomKey(), channel: this.#channel, text, replyTo, mentions });
  }

  /** @param {Outgoing} outgoing */
  retry({ key, channel, text, replyTo, mentions }) {
    this.#send({ key, channel, text, replyTo, mentions });
  }

  /** Takes back what could not be sent. @param {Outgoing} outgoing */
  takeBack({ key }) {
    this.#around.outbox.remove(key);
    this.settle(key);
  }

  /** It has come back as a message, or is not to be sent any more. @param {string} key */
  settle(key) {
    const outgoing = this.letters.get(key);
    if (outgoing && this.letters.delete(key)) this.emit('settled', outgoing);
  }

  /** @param {Letter} letter */
  async #send(letter) {
    const { parley, outbox, meter } = this.#around;
    const { key, text, replyTo, mentions } = letter;
    const outgoing = /** @type {Outgoing} */ ({ ...letter, status: 'sending' });
    this.letters.set(key, outgoing);
    outbox.add(outgoing);
    this.emit('outgoing', outgoing);
    meter.sent();
    try {
      await parley.publish(this.#channel, { text, key }, { key, replyTo, mentions: mentions?.length ? mentions : undefined });
      meter.acknowledged();
      outbox.remove(key);
      this.#become(outgoing, 'sent');
      this.emit('stored', null);
    } catch (thrown) {
      this.#become(outgoing, 'failed', /** @type {ParleyError} */ (thrown));
    }
  }

  /** @param {Outgoing} outgoing @param {Outgoing['status']} status @param {ParleyError} [error] */
  #become(outgoing, status, error) {
    if (this.letters.get(outgoing.key) !== outgoing) return;
    Object.assign(outgoing, { status, error });
    this.emit('outgoing', outgoing);
  }
}
