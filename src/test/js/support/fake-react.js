/** As much of React as hooks need: one component, state that renders it again, effects that run behind it. */
export class FakeReact {
  renders = 0;
  #component;
  #cells = [];
  #at = 0;
  #due = [];
  #rendering = false;
  #again = false;

  useState = (initial) => {
    const at = this.#at++;
    this.#cells[at] ??= { value: initial };
    const set = (value) => {
      if (Object.is(value, this.#cells[at].value)) return;
      this.#cells[at].value = value;
      if (!this.ended) this.render();
    };
    return [this.#cells[at].value, set];
  };

  useEffect = (effect, deps) => {
    const at = this.#at++;
    const cell = (this.#cells[at] ??= {});
    const same = cell.deps?.length === deps.length && deps.every((dep, index) => Object.is(dep, cell.deps[index]));
    if (same) return;
    cell.deps = deps;
    this.#due.push(() => {
      cell.cleanup?.();
      cell.cleanup = effect();
    });
  };

  /** @param component what it gives is what is shown */
  mount(component) {
    this.#component = component;
    this.render();
    return this;
  }

  render() {
    this.#again = true;
    if (this.#rendering) return;
    this.#rendering = true;
    while (this.#again) this.#once();
    this.#rendering = false;
  }

  unmount() {
    this.ended = true;
    for (const { cleanup } of this.#cells) cleanup?.();
  }

  #once() {
    this.#again = false;
    this.#at = 0;
    this.renders++;
    this.shown = this.#component();
    for (const effect of this.#due.splice(0)) effect();
  }
}
