import { Rooms } from '../client/rooms.js';
import { byId, h, icon } from './dom.js';
import { explain } from './format.js';
import { t } from './settings.js';

/** The dialog in which one makes a room, joins one, or writes to somebody. */
export class NewConversation {
  #dialog = byId('new', HTMLDialogElement);
  #rooms;
  #me;
  #onOpen;

  /**
   * @param {import('../client/parley.js').Parley} parley
   * @param {string} me
   * @param {(channel: string, name?: string) => void} onOpen
   */
  constructor(parley, me, onOpen) {
    this.#rooms = new Rooms(parley);
    this.#me = me;
    this.#onOpen = onOpen;
    byId('new-open', HTMLButtonElement).addEventListener('click', () => this.#show());
    byId('new-close', HTMLButtonElement).addEventListener('click', () => this.#dialog.close());
    byId('create-form', HTMLFormElement).addEventListener('submit', (event) => this.#submit(event, () => this.#create()));
    byId('direct-form', HTMLFormElement).addEventListener('submit', (event) => this.#submit(event, () => this.#write()));
  }

  #show() {
    byId('new-problem', HTMLElement).textContent = '';
    this.#dialog.showModal();
    this.#list();
  }

  /** @param {Event} event @param {() => Promise<void>} act */
  async #submit(event, act) {
    event.preventDefault();
    await act().catch((error) => (byId('new-problem', HTMLElement).textContent = t('chat.failed', { why: explain(error) })));
  }

  async #create() {
    const name = byId('create-name', HTMLInputElement);
    const hidden = byId('create-private', HTMLInputElement).checked;
    const room = await this.#rooms.create(name.value.trim(), hidden ? 'private' : 'public');
    name.value = '';
    this.#open(room.channel, room.name);
  }

  async #write() {
    const id = byId('direct-id', HTMLInputElement);
    const channel = Rooms.direct(id.value.trim());
    id.value = '';
    this.#open(channel);
  }

  async #list() {
    const list = byId('existing', HTMLUListElement);
    const { rooms } = await this.#rooms.list({ limit: 100 }).catch(() => ({ rooms: [] }));
    const entries = rooms.filter(({ archived }) => !archived).map((room) => this.#entry(room));
    list.replaceChildren(...(entries.length > 0 ? entries : [h('li', { class: 'hint' }, t('chat.noRooms'))]));
  }

  /** @param {import('../client/rooms.js').Room} room */
  #entry({ id, channel, name, visibility, role }) {
    const join = async () => {
      if (!role) await this.#rooms.putMember(id, this.#me);
      this.#open(channel, name);
    };
    const symbol = icon(visibility === 'private' ? 'lock' : 'hash');
    return h('li', {}, h('button', { type: 'button', class: 'room', onclick: (/** @type {Event} */ event) => this.#submit(event, join) }, symbol, h('span', { class: 'room-name' }, name)));
  }

  /** @param {string} channel @param {string} [name] */
  #open(channel, name) {
    this.#dialog.close();
    this.#onOpen(channel, name);
  }
}
