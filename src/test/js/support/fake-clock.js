/** Lets everything that waits for a promise only go on. */
export async function settle() {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** A clock that stands still until it is advanced. */
export class FakeClock {
  #now = 1_000_000;
  #nextId = 1;
  #timers = new Map();

  now = () => this.#now;

  setTimeout = (callback, ms = 0) => {
    const id = this.#nextId++;
    this.#timers.set(id, { id, due: this.#now + Math.max(0, ms), callback });
    return id;
  };

  clearTimeout = (id) => this.#timers.delete(id);

  /** Runs what is due within this time, in order, and whatever follows from it. */
  async advance(ms) {
    const end = this.#now + ms;
    await settle();
    for (let timer = this.#first(); timer && timer.due <= end; timer = this.#first()) {
      this.#timers.delete(timer.id);
      this.#now = Math.max(this.#now, timer.due);
      timer.callback();
      await settle();
    }
    this.#now = end;
  }

  #first() {
    let first;
    for (const timer of this.#timers.values()) {
      if (!first || timer.due < first.due || (timer.due === first.due && timer.id < first.id)) first = timer;
    }
    return first;
  }
}
