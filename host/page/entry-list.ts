import type { Entries } from './entries.ts';

/** A list with search: only the rows in sight are elements, so that a hundred thousand are no trouble. */

const LINE_PIXELS = 18;
const PADDING_PIXELS = 8;
/** Browsers cap the height of an element; further entries are reached by search and on the canvas. */
const ROWS_MAX = 300_000;
/** So many are printed. */
const PRINTED_MAX = 400;

export class EntryList<Kind extends string> {
  readonly #scroller: HTMLElement;
  readonly #inner: HTMLElement;
  readonly #choose: (kind: Kind, index: number) => void;
  #entries: Entries<Kind>;
  /** Indices of what was found; null: all. */
  #found: readonly number[] | null = null;
  #selected = -1;
  /** On paper rows are in sight that on a screen are not; as many as a reader would look through. */
  isPrinted = false;

  constructor(entries: Entries<Kind>, scroller: HTMLElement, choose: (kind: Kind, index: number) => void) {
    this.#entries = entries;
    this.#scroller = scroller;
    this.#choose = choose;
    this.#inner = document.createElement('ol');
    scroller.append(this.#inner);
    scroller.addEventListener('scroll', () => this.render());
    this.show(entries);
  }

  /** An entry was chosen. */
  choose(kind: Kind, index: number): void {
    this.#choose(kind, index);
  }

  get kind(): Kind {
    return this.#entries.kind;
  }

  get selected(): number {
    return this.#selected;
  }

  /** Shows other entries, none of them selected. */
  show(entries: Entries<Kind>, query = ''): void {
    if (entries.kind !== this.#entries.kind) this.#selected = -1;
    this.#entries = entries;
    this.search(query);
  }

  /** Keeps what holds the query; empty: all. */
  search(query: string): void {
    const wanted = query.trim().toLowerCase();
    const { count } = this.#entries;
    if (wanted === '') this.#found = null;
    else {
      const found: number[] = [];
      for (let index = 0; index < count; index++)
        if (this.#entries.text(index).includes(wanted)) found.push(index);
      this.#found = found;
    }
    this.#inner.style.height = `${Math.min(ROWS_MAX, this.#count) * this.#rowPixels}px`;
    this.#scroller.scrollTop = 0;
    this.#scroller.dataset.count = String(this.#count);
    this.render();
  }

  /** Chooses the first of what was found. */
  chooseFirst(): void {
    if (this.#count > 0) this.choose(this.kind, this.#indexAt(0));
  }

  get #rowPixels(): number {
    return this.#entries.lines * LINE_PIXELS + PADDING_PIXELS;
  }

  get #count(): number {
    return this.#found?.length ?? this.#entries.count;
  }

  #indexAt(row: number): number {
    return this.#found === null ? row : (this.#found[row] ?? 0);
  }

  /** The entry after the selected one, or before it; −1: there is none. */
  step(by: number): number {
    const row = this.#found === null ? this.#selected : this.#found.indexOf(this.#selected);
    const next = row < 0 && by < 0 ? this.#count - 1 : row + by;
    return next >= 0 && next < this.#count ? this.#indexAt(next) : -1;
  }

  /** Marks an entry and brings it into sight; −1: none. */
  select(index: number): void {
    this.#selected = index;
    const row = this.#found === null ? index : this.#found.indexOf(index);
    const top = row * this.#rowPixels;
    const { scrollTop, clientHeight } = this.#scroller;
    if (row >= 0 && (top < scrollTop || top + this.#rowPixels > scrollTop + clientHeight))
      this.#scroller.scrollTop = top - clientHeight / 2;
    this.render();
  }

  render(): void {
    if (this.isPrinted) {
      this.#renderRows(0, PRINTED_MAX);
      return;
    }
    const { scrollTop, clientHeight } = this.#scroller;
    const first = Math.max(0, Math.floor(scrollTop / this.#rowPixels) - 2);
    this.#renderRows(first, Math.ceil((scrollTop + clientHeight) / this.#rowPixels) + 2);
  }

  #renderRows(first: number, end: number): void {
    const last = Math.min(ROWS_MAX, this.#count, end);
    const items: HTMLElement[] = [];
    for (let row = first; row < last; row++) items.push(this.#row(row));
    this.#inner.replaceChildren(...items);
  }

  #row(row: number): HTMLElement {
    const index = this.#indexAt(row);
    const { name, where, details = [] } = this.#entries.entry(index);
    const item = document.createElement('li');
    item.style.height = `${this.#rowPixels}px`;
    item.style.top = `${row * this.#rowPixels}px`;
    const button = document.createElement('button');
    button.type = 'button';
    button.dataset[this.kind] = String(index);
    button.title = [name, where, ...details].join('\n');
    button.setAttribute('aria-pressed', String(index === this.#selected));
    button.append(span('name', name), span('where', where));
    button.append(...details.map((line) => span('where', line)));
    button.addEventListener('click', () => this.choose(this.kind, index));
    item.append(button);
    return item;
  }
}

function span(name: string, text: string): HTMLElement {
  const element = document.createElement('span');
  element.className = name;
  element.textContent = text;
  return element;
}
