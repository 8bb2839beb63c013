/**
 * What an application in TypeScript may write, and what it may not: a wrong use that passes is an error too, for then its
 * `@ts-expect-error` is not needed.
 */
import { Parley, ParleyError } from 'parley-client';
import { confirmMessage, updateMessage } from 'parley-client/messages';
import { Notifications } from 'parley-client/notifications';
import { Polling } from 'parley-client/polling';
import { presenceIn, setStatus } from 'parley-client/presence';
import { Receipts } from 'parley-client/receipts';
import { Rooms } from 'parley-client/rooms';
import { Timeline } from 'parley-client/timeline';
import type { Position, Published, TransportName } from 'parley-client/types';
import { Typing } from 'parley-client/typing';

const parley = new Parley('https://chat.example.com/parley/', {
  getToken: async () => 'token',
  transports: ['websocket', 'sse'],
  backoff: { min: 100 },
});

export async function use(): Promise<Published> {
  await parley.connect();
  const lobby = parley.subscribe('room:lobby', { history: 20 });
  const stop: () => void = lobby.on('message', ({ data, user, offset, via }) => {
    const place: number = offset;
    const how: 'live' | 'recovery' | 'history' = via;
    console.log(data.text, user?.name, place, how);
  });
  stop();
  const position: Position | null | undefined = lobby.position;
  parley.on('state', ({ state, transport }) => {
    const name: TransportName | undefined = transport;
    console.log(state === 'connected', name, position);
  });
  parley.on('error', (error) => console.log(error.code, error.retryable));
  const presence = presenceIn(parley, 'room:lobby');
  presence.on('join', ({ name, status }) => console.log(name, status === 'busy'));
  await setStatus(parley, 'away');
  new Typing(parley, 'room:lobby').input();
  const unread: number | undefined = new Receipts(parley, 'room:lobby').unread;
  const inbox = new Notifications(parley);
  inbox.on('notification', ({ kind, urgent }) => console.log(kind.length, urgent, unread));
  const timeline = new Timeline(parley, 'room:lobby');
  await timeline.begin();
  await updateMessage(parley, 'room:lobby', 'id', { text: 'x' });
  await confirmMessage(parley, 'room:lobby', 'id');
  const channel: string = Rooms.direct('bob');
  const polling = new Polling(async () => ({ count: 1 }), { intervalMs: 1_000 });
  polling.on('value', ({ count }) => console.log(count.toFixed()));
  const { messages, next } = await parley.history(channel, { limit: 10 });
  console.log(messages[0]?.messageId, next);
  return parley.publish(channel, { text: 'Hello' }, { event: 'greeting', key: 'k', mentions: ['bob'] });
}

export function misuse(): void {
  // @ts-expect-error without a way to get a token there is no connection
  new Parley('https://chat.example.com/parley/', {});
  // @ts-expect-error a token is a string
  new Parley('https://chat.example.com/parley/', { getToken: () => 42 });
  // @ts-expect-error there is no such transport
  parley.useTransport('carrier-pigeon');
  // @ts-expect-error there is no such event
  parley.on('mesage', () => {});
  // @ts-expect-error the number of earlier messages is a number
  parley.subscribe('room:lobby', { history: 'all' });
  // @ts-expect-error a channel is a string
  parley.publish(7, {});
  // @ts-expect-error there is no such option
  parley.publish('room:lobby', {}, { idempotencyKey: 'x' });
  // @ts-expect-error what comes back is a promise
  parley.publish('room:lobby', {}).offset;
  // @ts-expect-error a message has no text of its own, only data
  parley.on('message', (message) => message.text);
  // @ts-expect-error nobody is invisible
  setStatus(parley, 'invisible');
  // @ts-expect-error what the state is cannot be decided from outside
  parley.state = 'connected';
  // @ts-expect-error a ParleyError has no number
  new ParleyError('closed').errno;
}
