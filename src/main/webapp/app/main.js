import { Parley } from '../client/parley.js';
import { Composer } from './composer.js';
import { ConnectionView } from './connection-view.js';
import { DeliveryMeter } from './delivery-meter.js';
import { byId, paintAvatar } from './dom.js';
import { MessageLog } from './message-log.js';
import { Outbox } from './outbox.js';
import { RoomList } from './room-list.js';
import { Room } from './room.js';
import { signIn, signOut } from './sign-in.js';

const FIRST_ROOMS = ['lobby', 'support', 'random'];
const ROOM_NAME = /^[A-Za-z0-9_.@~-]{1,64}$/;
const BURST = 25;

/** Joins the parts of the page for one signed-in person. */
class Chat {
  /** @type {Map<string, Room>} */
  #rooms = new Map();
  /** @type {Room | null} */
  #open = null;
  #parley;
  #identity;
  #outbox;
  #composer = new Composer();
  #log = new MessageLog((text) => this.#composer.takeBack(text));
  #list = new RoomList((name) => this.open(name));
  #meter;

  /** @param {import('./sign-in.js').Identity} identity */
  constructor(identity) {
    this.#identity = identity;
    this.#outbox = new Outbox(identity.id);
    this.#parley = new Parley('./', { getToken: identity.getToken });
    this.#meter = new DeliveryMeter(this.#parley);
    new ConnectionView(this.#parley);
    byId('burst', HTMLButtonElement).addEventListener('click', () => this.#burst());
  }

  start() {
    for (const name of new Set([...FIRST_ROOMS, ...this.#outbox.rooms()])) this.#list.add(name);
    for (const name of this.#outbox.rooms()) this.#room(name);
    this.open(roomInAddress() ?? FIRST_ROOMS[0]);
    window.addEventListener('hashchange', () => this.open(roomInAddress() ?? FIRST_ROOMS[0]));
    this.#parley.on('state', () => this.#open && this.#title(this.#open));
    this.#parley.connect();
    this.#composer.focus();
  }

  /** @param {string} name */
  open(name) {
    if (!ROOM_NAME.test(name) || this.#open?.name === name) return;
    const room = this.#room(name);
    if (this.#open) this.#open.visible = false;
    this.#open = room;
    room.visible = true;
    room.read();
    this.#list.select(name);
    this.#log.show(room);
    this.#composer.attach(room);
    this.#title(room);
    history.replaceState(null, '', `#room=${encodeURIComponent(name)}`);
  }

  /** @param {string} name @returns {Room} */
  #room(name) {
    const known = this.#rooms.get(name);
    if (known) return known;
    this.#list.add(name);
    const room = new Room(name, this.#parley, this.#identity.id, this.#outbox, this.#meter);
    room.on('unread', (count) => this.#list.showUnread(name, count));
    room.on('state', () => room === this.#open && this.#title(room));
    this.#rooms.set(name, room);
    return room;
  }

  /** @param {Room} room */
  #title(room) {
    const joining = this.#parley.state === 'connected' ? 'joining…' : '';
    const states = { subscribed: '', subscribing: joining, unsubscribed: 'you are not in this room' };
    byId('room-title', HTMLElement).textContent = room.name;
    byId('room-state', HTMLElement).textContent = states[room.state];
    document.title = `${room.name} · Parley`;
  }

  #burst() {
    for (let number = 1; number <= BURST; number++) this.#open?.say(`${number} of ${BURST}`);
  }
}

/** The room in the address, as in `#room=lobby`. */
function roomInAddress() {
  const name = new URLSearchParams(location.hash.slice(1)).get('room');
  return name && ROOM_NAME.test(name) ? name : null;
}

/** @param {import('./sign-in.js').Identity} identity */
function greet({ id, name }) {
  paintAvatar(byId('me-avatar', HTMLElement), { id, name });
  byId('me-name', HTMLElement).textContent = name;
  byId('sign-out', HTMLButtonElement).addEventListener('click', signOut);
  byId('app', HTMLElement).hidden = false;
}

const identity = await signIn();
greet(identity);
new Chat(identity).start();
