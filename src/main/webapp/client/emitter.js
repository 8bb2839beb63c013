/**
 * An event of this library; `detail` is what happened.
 * @template T
 */
export class ParleyEvent extends Event {
  /** @param {string} type @param {T} detail */
  constructor(type, detail) {
    super(type);
    this.detail = detail;
  }
}

/**
 * An `EventTarget` whose event types are known.
 * @template {object} Events
 */
export class Emitter extends EventTarget {
  /**
   * Calls `listener` with the event's detail.
   * @template {keyof Events & string} K
   * @param {K} type
   * @param {(detail: Events[K]) => void} listener
   * @returns {() => void} stops listening
   */
  on(type, listener) {
    /** @param {Event} event */
    const handler = (event) => listener(/** @type {ParleyEvent<Events[K]>} */ (event).detail);
    this.addEventListener(type, handler);
    return () => this.removeEventListener(type, handler);
  }

  /**
   * @protected
   * @template {keyof Events & string} K
   * @param {K} type
   * @param {Events[K]} detail
   */
  emit(type, detail) {
    this.dispatchEvent(new ParleyEvent(type, detail));
  }
}
