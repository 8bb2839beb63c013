/** What may follow a state of the connection. It says `connecting` again when it tries again. */
export const CONNECTION_MOVES = {
  disconnected: ['connecting'],
  connecting: ['connecting', 'connected', 'disconnected'],
  connected: ['connecting', 'disconnected'],
};

/** What may follow a state of a subscription. */
export const SUBSCRIPTION_MOVES = {
  unsubscribed: ['subscribing'],
  subscribing: ['subscribed', 'unsubscribed'],
  subscribed: ['subscribing', 'unsubscribed'],
};
