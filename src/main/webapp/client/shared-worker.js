import { platform } from './platform.js';
import { withExtras } from './platform-extras.js';
import { Hub } from './shared-hub.js';

/** The hub of a browser with shared workers: it lives as long as there is a tab. Its name says for whom, so it is nobody else's. */
const hub = new Hub(withExtras(platform()));

globalThis.addEventListener('connect', (event) => {
  const [port] = /** @type {MessageEvent} */ (event).ports;
  const tab = hub.attach((word) => port.postMessage(word));
  port.onmessage = ({ data }) => tab.hear(data);
});
