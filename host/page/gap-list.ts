import { readablePhases, readablePlace } from '../source/readable.ts';
import type { PageGap, PageMap } from './map-data.ts';

/** The list of gaps: only the rows in sight are elements, so that a hundred thousand are no trouble. */

const ROW_PIXELS = 44;
/** Browsers cap the height of an element; further gaps are reached on the canvas. */
const ROWS_MAX = 300_000;

export class GapList {
  readonly #map: PageMap;
  readonly #scroller: HTMLElement;
  readonly #inner: HTMLElement;
  readonly #choose: (index: number) => void;
  #selected = -1;

  constructor(map: PageMap, scroller: HTMLElement, choose: (index: number) => void) {
    this.#map = map;
    this.#scroller = scroller;
    this.#choose = choose;
    this.#inner = document.createElement('ol');
    this.#inner.style.height = `${Math.min(ROWS_MAX, map.gapCount) * ROW_PIXELS}px`;
    scroller.append(this.#inner);
    scroller.addEventListener('scroll', () => this.render());
    this.render();
  }

  get selected(): number {
    return this.#selected;
  }

  /** Marks a gap and brings it into sight; −1: none. */
  select(index: number): void {
    this.#selected = index;
    const top = index * ROW_PIXELS;
    const { scrollTop, clientHeight } = this.#scroller;
    if (index >= 0 && (top < scrollTop || top + ROW_PIXELS > scrollTop + clientHeight))
      this.#scroller.scrollTop = top - clientHeight / 2;
    this.render();
  }

  render(): void {
    const { scrollTop, clientHeight } = this.#scroller;
    const first = Math.max(0, Math.floor(scrollTop / ROW_PIXELS) - 2);
    const rows = Math.min(ROWS_MAX, this.#map.gapCount);
    const last = Math.min(rows, Math.ceil((scrollTop + clientHeight) / ROW_PIXELS) + 2);
    const items: HTMLElement[] = [];
    for (let index = first; index < last; index++) items.push(this.#row(index));
    this.#inner.replaceChildren(...items);
  }

  #row(index: number): HTMLElement {
    const gap = this.#map.gap(index);
    const item = document.createElement('li');
    item.style.top = `${index * ROW_PIXELS}px`;
    const button = document.createElement('button');
    button.type = 'button';
    button.dataset.gap = String(index);
    button.setAttribute('aria-pressed', String(index === this.#selected));
    button.append(span('name', this.#name(gap)), span('where', gapPlace(this.#map, gap)));
    button.addEventListener('click', () => this.#choose(index));
    item.append(button);
    return item;
  }

  #name({ rule }: PageGap): string {
    const found = this.#map.rules[rule];
    return found?.kind === 'gap' ? `${found.id} · ${found.action}` : '';
  }
}

/** From where to where, and the phases of a gap. */
function gapPlace(map: PageMap, gap: PageGap): string {
  const { axis } = map;
  const point = (stored: number) => readablePlace(BigInt(stored) + axis.origin, axis);
  const place = `${point(gap.from)} to ${point(gap.to)}`;
  return map.data.phasePeriod === 1
    ? place
    : `${place}, phase ${readablePhases(gap.phaseFrom, gap.phaseTo, map.data.units)}`;
}

function span(name: string, text: string): HTMLElement {
  const element = document.createElement('span');
  element.className = name;
  element.textContent = text;
  return element;
}
