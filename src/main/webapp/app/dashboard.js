import { Parley } from '../client/parley.js';
import { ConnectionView } from './connection-view.js';
import { byId } from './dom.js';
import { header } from './header.js';
import { applySettings, t } from './settings.js';
import { signIn } from './sign-in.js';
import { Tile } from './tile.js';
import { channelOf, MOST, Topics, topicsIn } from './topics.js';
import { ValueSender } from './value-sender.js';

/** The topics that somebody watches, each as a tile. */
class Dashboard {
  /** @type {Tile[]} */
  #tiles = [];
  #parley;
  #topics;
  #sender;

  /** @param {Parley} parley @param {import('./sign-in.js').Identity} identity */
  constructor(parley, { id, roles }) {
    this.#parley = parley;
    this.#topics = new Topics(id, localStorage);
    this.#sender = roles.includes('publisher') ? new ValueSender(parley) : null;
    for (const channel of topicsIn(location.hash) ?? this.#topics.read()) this.#add(channel);
    this.#changed();
    byId('watch-form', HTMLFormElement).addEventListener('submit', (event) => this.#watch(event));
    window.addEventListener('hashchange', () => (topicsIn(location.hash) ?? []).forEach((channel) => this.#wanted(channel)));
  }

  /** @param {Event} event */
  #watch(event) {
    event.preventDefault();
    const input = byId('watch-topic', HTMLInputElement);
    const channel = channelOf(input.value);
    if (channel && this.#wanted(channel)) input.value = '';
    else if (!channel) this.#say(t('dash.noName'));
    input.focus();
  }

  /** @param {string} channel @returns {boolean} whether it is on the page now */
  #wanted(channel) {
    const known = this.#tiles.find((tile) => tile.channel === channel);
    const room = this.#tiles.length < MOST;
    this.#say(known || room ? '' : t('dash.tooMany', { most: MOST }));
    if (known) known.element.scrollIntoView({ block: 'nearest' });
    else if (room) {
      this.#add(channel);
      this.#keep();
    }
    return Boolean(known) || room;
  }

  /** @param {string} channel */
  #add(channel) {
    const tile = new Tile(this.#parley, channel, () => this.#remove(tile));
    this.#tiles.push(tile);
    byId('tiles', HTMLElement).append(tile.element);
  }

  /** The keyboard goes on at the next tile. @param {Tile} tile */
  #remove(tile) {
    const index = this.#tiles.indexOf(tile);
    tile.close();
    this.#tiles.splice(index, 1);
    this.#keep();
    const next = this.#tiles[Math.min(index, this.#tiles.length - 1)];
    const button = /** @type {HTMLElement | null | undefined} */ (next?.element.querySelector('.tile-remove'));
    (button ?? byId('title', HTMLElement)).focus();
  }

  #keep() {
    this.#topics.write(this.#tiles.map(({ channel }) => channel));
    this.#changed();
  }

  #changed() {
    byId('nothing', HTMLElement).hidden = this.#tiles.length > 0;
    this.#sender?.offer(this.#tiles.map(({ channel }) => channel));
  }

  /** @param {string} text */
  #say(text) {
    byId('problem', HTMLElement).textContent = text;
  }
}

applySettings();
const identity = await signIn();
const parley = new Parley('./', { getToken: identity.getToken });
new ConnectionView(parley);
header('dashboard', parley, identity);
new Dashboard(parley, identity);
parley.connect();
