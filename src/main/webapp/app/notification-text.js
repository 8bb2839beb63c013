/** @typedef {import('../client/notification-list.js').Notification} Notification */

/** Applications write what they like; the usual names are understood. @param {Pick<Notification, 'kind' | 'data'>} notification */
export function titleOf({ kind, data }) {
  if (typeof data === 'string') return data;
  return String(data?.title ?? data?.text ?? data?.message ?? kind);
}

/** What there is beside the title. @param {Pick<Notification, 'kind' | 'data'>} notification */
export function bodyOf(notification) {
  const { data } = notification;
  const body = data?.title === undefined ? data?.body : (data.body ?? data.text ?? data.message);
  if (typeof body === 'string') return body;
  return titleOf(notification) === notification.kind && data !== null && typeof data === 'object' ? JSON.stringify(data) : '';
}

/** Urgent ones that are unread come first; otherwise the order stays, which is the newest first. @param {readonly Notification[]} list @param {boolean} onlyUnread */
export function arranged(list, onlyUnread) {
  const shown = list.filter(({ read }) => !onlyUnread || !read);
  const pressing = shown.filter(({ urgent, read }) => urgent && !read);
  return [...pressing, ...shown.filter((one) => !pressing.includes(one))];
}
