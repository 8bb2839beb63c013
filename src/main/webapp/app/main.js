import { keepQueue } from '../client/kept-queue.js';
import { Parley } from '../client/parley.js';
import { Rooms } from '../client/rooms.js';
import { Announcer } from './announcer.js';
import { Composer } from './composer.js';
import { ConnectionPanel, ConnectionView } from './connection-view.js';
import { ConversationList } from './conversation-list.js';
import { Conversation } from './conversation.js';
import { DeliveryMeter } from './delivery-meter.js';
import { byId, h, paintAvatar } from './dom.js';
import { Drafts } from './drafts.js';
import { explain } from './format.js';
import { header } from './header.js';
import { MessageActions } from './message-actions.js';
import { quoteOf } from './message-entry.js';
import { MessageLog } from './message-log.js';
import { NewConversation } from './new-conversation.js';
import { People } from './people.js';
import { Search } from './search.js';
import { applySettings, join, t } from './settings.js';
import { signIn } from './sign-in.js';

const FIRST_ROOMS = ['room:lobby', 'room:support', 'room:random'];
const ROOM_NAME = /^[A-Za-z0-9_.@~-]{1,64}$/;
const BURST = 25;
/** Over polls nobody is told how far others have read. */
const ASK_RECEIPTS_MS = 10_000;

/** Joins the parts of the page for one signed-in person. */
class Chat {
  /** @type {Map<string, Conversation>} */
  #conversations = new Map();
  /** @type {Conversation | null} */
  #open = null;
  #parley;
  #me;
  #around;
  #people = new People();
  #composer;
  #log;
  #list;
  #search = new Search((messageId) => this.#log.reveal(messageId));
  #announcer = new Announcer((text) => (byId('announcement', HTMLElement).textContent = text), (count) => t('chat.newMessages', { count }));

  /** @param {Parley} parley @param {import('../client/kept-queue.js').KeptQueue} kept @param {import('./sign-in.js').Identity} identity */
  constructor(parley, kept, { id, name }) {
    this.#parley = parley;
    this.#me = id;
    this.#people.meet({ id, name });
    this.#around = { parley, me: id, kept, meter: new DeliveryMeter(parley, kept), people: this.#people };
    this.#composer = new Composer(new Drafts(id, localStorage));
    const actions = new MessageActions(this.#acts());
    this.#log = new MessageLog(id, this.#people, actions, (text) => this.#composer.takeBack(text), () => this.#seen());
    const isSeen = (/** @type {string} */ channel) => channel === this.#open?.channel && this.#log.atEnd && !document.hidden;
    this.#list = new ConversationList(parley, this.#people, (channel) => this.open(channel), isSeen);
    new NewConversation(parley, id, (channel, title) => this.open(channel, title));
  }

  start() {
    for (const channel of FIRST_ROOMS) this.#list.add(channel);
    this.#around.kept.on('restored', ({ publication }) => this.#conversation(publication.channel));
    this.open(channelInAddress() ?? FIRST_ROOMS[0]);
    window.addEventListener('hashchange', () => this.open(channelInAddress() ?? FIRST_ROOMS[0]));
    document.addEventListener('visibilitychange', () => this.#seen());
    this.#parley.on('state', () => this.#title());
    setInterval(() => this.#parley.transport?.endsWith('polling') && this.#open?.receipts.load().catch(() => {}), ASK_RECEIPTS_MS);
    byId('burst', HTMLButtonElement).addEventListener('click', () => this.#burst());
    byId('join-form', HTMLFormElement).addEventListener('submit', (event) => this.#join(event));
    this.#composer.focus();
  }

  /** @param {string} channel @param {string} [name] */
  open(channel, name) {
    this.#list.add(channel, name);
    if (this.#open?.channel === channel) return;
    const conversation = this.#conversation(channel);
    this.#open = conversation;
    this.#list.select(channel);
    this.#log.show(conversation);
    this.#composer.attach(conversation);
    this.#search.attach(conversation);
    this.#title();
    this.#typing();
    this.#here();
    this.#seen();
    const [kind, id] = [channel.slice(0, channel.indexOf(':')), channel.slice(channel.indexOf(':') + 1)];
    history.replaceState(null, '', `#${kind}=${encodeURIComponent(decodeURIComponent(id))}`);
  }

  /** @param {string} channel @returns {Conversation} */
  #conversation(channel) {
    const known = this.#conversations.get(channel);
    if (known) return known;
    const conversation = new Conversation(channel, this.#around);
    const ifOpen = (/** @type {() => void} */ act) => () => conversation === this.#open && act();
    conversation.on('change', ifOpen(() => this.#title()));
    conversation.on('typing', ifOpen(() => this.#typing()));
    conversation.on('people', ifOpen(() => this.#here()));
    conversation.on('news', (message) => conversation === this.#open && !conversation.isMine(message) && this.#announcer.tell(quoteOf(message)));
    this.#list.watch(conversation);
    this.#conversations.set(channel, conversation);
    return conversation;
  }

  /** @returns {import('./message-actions.js').Acts} */
  #acts() {
    return {
      react: (message, sign) => this.#do(this.#open?.react(message, sign)),
      reply: (message) => this.#composer.reply(message),
      edit: (message) => this.#composer.edit(message),
      remove: (message) => this.#do(this.#open?.remove(message)),
    };
  }

  /** @param {Promise<any> | undefined} done */
  async #do(done) {
    const problem = byId('problem', HTMLElement);
    problem.textContent = '';
    await done?.catch((error) => (problem.textContent = t('chat.failed', { why: explain(error) })));
  }

  #seen() {
    if (this.#log?.atEnd && !document.hidden) this.#open?.receipts.read();
  }

  #title() {
    const conversation = this.#open;
    if (!conversation) return;
    const joining = this.#parley.state === 'connected' ? t('chat.joining') : '';
    const name = this.#list.nameOf(conversation.channel);
    byId('room-title', HTMLElement).textContent = name;
    byId('room-title', HTMLElement).dataset.kind = conversation.channel.split(':')[0];
    byId('room-state', HTMLElement).textContent = { subscribed: '', subscribing: joining, unsubscribed: t('chat.notIn') }[conversation.state];
    document.title = `${name} · Parley`;
    this.#seen();
  }

  #typing() {
    const names = (this.#open?.typing ?? []).map(({ id, name }) => name ?? id);
    const key = names.length > 1 ? 'chat.typingMany' : 'chat.typing';
    byId('typing', HTMLElement).textContent = names.length > 0 ? t(key, { names: join(names) }) : '';
  }

  #here() {
    const people = this.#open?.presence?.people ?? [];
    byId('here-count', HTMLElement).textContent = people.length > 0 ? t('chat.here', { count: people.length }) : '';
    byId('here-section', HTMLElement).hidden = people.length === 0;
    byId('here', HTMLUListElement).replaceChildren(...people.slice(0, 100).map((person) => this.#person(person)));
  }

  /** @param {import('../client/presence.js').Person} person */
  #person({ id, name = id, status }) {
    const avatar = h('span', { class: 'avatar small', 'aria-hidden': 'true', 'data-status': status });
    paintAvatar(avatar, { id, name });
    const face = [avatar, h('span', { class: 'room-name' }, name)];
    if (id === this.#me) return h('li', { class: 'person' }, ...face);
    const label = t('panel.writeTo', { name });
    return h('li', {}, h('button', { type: 'button', class: 'person', title: label, 'aria-label': label, onclick: () => this.open(Rooms.direct(id)) }, ...face));
  }

  /** @param {Event} event */
  #join(event) {
    event.preventDefault();
    const input = byId('join-room', HTMLInputElement);
    const name = input.value.trim();
    input.value = '';
    if (ROOM_NAME.test(name)) this.open(`room:${name}`);
  }

  #burst() {
    const say = async () => {
      for (let number = 1; number <= BURST; number++) this.#open?.say(`${number} of ${BURST}`);
    };
    this.#do(say());
  }
}

/** The conversation in the address, as in `#room=lobby` or `#direct=bob`. */
function channelInAddress() {
  const fields = new URLSearchParams(location.hash.slice(1));
  const [room, user] = [fields.get('room'), fields.get('direct')];
  if (user) return Rooms.direct(user);
  return room && ROOM_NAME.test(room) ? `room:${room}` : null;
}

applySettings();
const identity = await signIn();
const parley = new Parley('./', { getToken: identity.getToken });
// What was said and is not answered is this tab's, and so is what was refused: it is tried again when the page is back.
const kept = keepQueue(parley, { storage: 'session', failed: true });
new ConnectionView(parley, t('state.keepWriting'));
new ConnectionPanel(parley);
header('chat', parley, identity);
new Chat(parley, kept, identity).start();
parley.connect();
