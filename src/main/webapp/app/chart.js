import uPlot from '../lib/uplot/uPlot.esm.js';
import { clockTime, exactTime, numberText } from './format.js';

/** @typedef {import('./series.js').Point} Point */

/** Times closer than this need their seconds. */
const MINUTE_S = 60;
/** As long as there are so few, each has a dot: one alone is no line. */
const DOTS = 30;

/** Of the numbers beside the chart. @param {string[]} labels */
const widthOf = (labels) => 16 + 7 * Math.max(2, ...labels.map(({ length }) => length));

/** A line over time. Its colours are those of the style sheet; for people who do not see it the tile has the same as a table. */
export class Chart {
  #box;
  /** @type {uPlot | null} */
  #plot = null;
  #observers;
  #stop = new AbortController();

  /** @param {HTMLElement} box */
  constructor(box) {
    this.#box = box;
    const again = () => this.#plot?.redraw(false);
    const size = new ResizeObserver(() => this.#fit());
    const theme = new MutationObserver(again);
    size.observe(box);
    theme.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', again, { signal: this.#stop.signal });
    this.#observers = [size, theme];
  }

  /** @param {Point[]} points @param {string} text what it shows, in words */
  paint(points, text) {
    this.#box.hidden = points.length === 0;
    this.#box.setAttribute('aria-label', text);
    if (points.length === 0) return;
    const data = /** @type {[number[], number[]]} */ ([points.map(({ at }) => at / 1_000), points.map(({ value }) => value)]);
    if (this.#plot) this.#plot.setData(data);
    else this.#plot = new uPlot(this.#options(), data, this.#box);
  }

  /** Nothing is drawn any more. */
  close() {
    for (const observer of this.#observers) observer.disconnect();
    this.#stop.abort();
    this.#plot?.destroy();
    this.#plot = null;
  }

  #fit() {
    const { clientWidth: width, clientHeight: height } = this.#box;
    if (width > 0) this.#plot?.setSize({ width, height });
  }

  /** @param {'color' | 'borderTopColor' | 'caretColor'} name */
  #colour(name) {
    return () => getComputedStyle(this.#box)[name];
  }

  /** @returns {uPlot.Options} */
  #options() {
    const grid = { stroke: this.#colour('borderTopColor'), width: 1 };
    const axis = { stroke: this.#colour('color'), grid, ticks: { show: false }, font: '12px system-ui, sans-serif' };
    return {
      width: this.#box.clientWidth,
      height: this.#box.clientHeight,
      cursor: { show: false },
      legend: { show: false },
      padding: [8, 42, 0, 0],
      axes: [
        { ...axis, size: 28, space: 80, values: (_, splits, __, ___, step) => splits.map((at) => (step < MINUTE_S ? exactTime : clockTime)(new Date(at * 1_000))) },
        { ...axis, size: (_, labels) => widthOf(labels ?? []), space: 32, values: (_, splits) => splits.map(numberText) },
      ],
      series: [{}, { stroke: this.#colour('caretColor'), width: 2, points: { size: 5, show: (_, __, from, to) => to - from < DOTS } }],
    };
  }
}
