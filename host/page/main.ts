import { HoldfastError } from '../common/errors.ts';
import { parseNamedPlace } from '../core/named-places.ts';
import { readablePhase } from '../source/readable.ts';
import type { FlashPiece, LiveMachine, PageHead, PagePiece } from './data.ts';
import { type PageAnswer, PageDevice } from './device.ts';
import { find, readPieces, showAnswer } from './dom.ts';
import { changeEntries, type Entries, gapEntries, type LineEntryKind, zoneEntries } from './entries.ts';
import { EntryList } from './entry-list.ts';
import { OVERVIEW, ROW_PIXELS } from './layout.ts';
import { followDevice } from './live.ts';
import { PageMap, type PagePlace } from './map-data.ts';
import { Painter } from './painter.ts';
import { followPointers } from './pointers.ts';
import { verdictWords } from './verdict.ts';
import { MapView } from './view.ts';

/** The page: its state, and what changes it. */

/** What the page offers to its console and to tests, as `holdfast`. */
interface PageHandle {
  /** What the loop would be told at a place of the source. */
  ask(x: number | string, phase: number): PageAnswer | undefined;
  /** What is seen: stored coordinates, and the phase. */
  view(): { from: number; to: number; phase: number };
  /** Milliseconds that painting took the last time. */
  readonly paintMs: number;
}

declare global {
  var holdfast: PageHandle | undefined;
}

const PAN_PART = 0.15;
const ZOOM_STEP = 1.5;

class Page {
  readonly #map: PageMap;
  readonly #flash: FlashPiece[] = [];
  readonly #view: MapView;
  readonly #canvas = find('map', HTMLCanvasElement);
  readonly #slider = find('phase', HTMLInputElement);
  readonly #place = find('place', HTMLInputElement);
  readonly #search = find('search', HTMLInputElement);
  readonly #dark = matchMedia('(prefers-color-scheme: dark)');
  readonly #painter: Painter;
  #device: PageDevice | undefined;
  readonly #list: EntryList<LineEntryKind>;
  #selectedPlace: PagePlace | null = null;
  /** Where a machine is, as its device says. */
  #machine: LiveMachine | null = null;
  #phase = 0;
  #cursor: number | null = null;
  /** A reader has a place in hand; until then the verdict of a live page is that of its machine. */
  #isPointed = false;
  #isPending = false;
  /** Whether the picture of both editions was open before printing. */
  #opened = false;
  paintMs = 0;

  constructor(head: PageHead) {
    this.#map = new PageMap(head);
    this.#view = new MapView(head.axis);
    this.#painter = new Painter(this.#map, this.#canvas, this.#dark.matches);
    this.#slider.max = String(head.phasePeriod - 1);
    this.#cursor = head.axis.min;
    const choose = (kind: LineEntryKind, index: number) => this.#choose(kind, index);
    this.#list = new EntryList(gapEntries(this.#map), find('list', HTMLElement), choose);
  }

  /** What comes after the first picture. */
  async take(piece: PagePiece): Promise<void> {
    if (piece.kind === 'list') this.#map.takeList(piece.list, piece);
    else if (piece.kind === 'names') this.#map.takeNames(piece.from, piece.names);
    else if (piece.kind === 'flash') this.#flash.push(piece);
    else if (piece.kind === 'device')
      this.#device = await PageDevice.boot(piece, this.#flash.splice(0), this.#map);
    else if (piece.kind === 'changes') {
      this.#map.takeChanges(piece.changes);
      this.#showTab('change');
      this.#resize();
    } else {
      this.#map.takeGaps(piece.gaps);
      this.#showTab(this.#map.gapCount === 0 ? 'zone' : 'gap');
    }
    if (piece.kind !== 'flash') this.#later();
  }

  /** Follows a machine; null: nobody says where it is. */
  follow(machine: LiveMachine | null): void {
    const before = this.#machine;
    this.#machine = machine;
    if (machine !== null) {
      const { from, to } = this.#view;
      const isSeen = ({ x }: LiveMachine) => x >= from && x < to;
      // Who looks elsewhere, or at another phase, is left there.
      if (!isSeen(machine) && (before === null || isSeen(before))) this.#view.centre(machine.x);
      if (machine.phase !== this.#phase && (before === null || before.phase === this.#phase))
        this.#setPhase(machine.phase);
      if (!this.#isPointed) this.#cursor = machine.x;
    }
    this.#later();
  }

  get map(): PageMap {
    return this.#map;
  }

  #entriesOf(kind: LineEntryKind): Entries {
    return { gap: gapEntries, zone: zoneEntries, change: changeEntries }[kind](this.#map);
  }

  #showTab(kind: LineEntryKind): void {
    this.#list.show(this.#entriesOf(kind), this.#search.value);
    for (const each of ['change', 'gap', 'zone'] as const) {
      const tab = find(`tab-${each}`, HTMLButtonElement);
      const { count, title } = this.#entriesOf(each);
      tab.textContent = `${count} ${count === 1 ? title.slice(0, -1) : title}`;
      tab.hidden = each === 'change' && !this.#map.hasChanges;
      tab.setAttribute('aria-selected', String(each === kind));
    }
  }

  /** Light on paper, whatever the screen is, with all that the list holds, and with both editions. */
  #print(isPrinting: boolean): void {
    for (const details of Array.from(document.querySelectorAll('details'))) {
      if (isPrinting) this.#opened = details.open;
      details.open = isPrinting || this.#opened;
    }
    this.#painter.setTheme(!isPrinting && this.#dark.matches);
    this.#list.isPrinted = isPrinting;
    this.#list.render();
    this.#paint();
  }

  #choose(kind: LineEntryKind, index: number): void {
    if (kind === 'gap') {
      this.jump(index);
      return;
    }
    const place = kind === 'zone' ? this.#map.zonePlace(index) : this.#map.changes[index];
    this.#list.select(index);
    if (place != null && place.to > place.from) this.#showPlace(place);
  }

  #showPlace(place: PagePlace): void {
    this.#selectedPlace = place;
    this.#view.show(place.from, place.to);
    this.#point(Math.max(place.from, this.#map.data.axis.min));
    if (this.#phase < place.phaseFrom || this.#phase >= place.phaseTo) this.#setPhase(place.phaseFrom);
    this.#later();
  }

  start(): void {
    followPointers(this.#canvas, {
      view: this.#view,
      left: () => this.#painter.left,
      pixels: () => this.#painter.pixels,
      changed: () => this.#later(),
      hover: (part) => this.#hover(part),
      click: (part, y) => this.#click(part, y),
    });
    this.#slider.addEventListener('input', () => this.#setPhase(this.#slider.valueAsNumber));
    this.#place.addEventListener('change', () => this.#goTo(this.#place.value.trim()));
    this.#canvas.addEventListener('keydown', (event) => {
      if (this.#key(event)) event.preventDefault();
    });
    for (const [id, key] of [
      ['in', '+'],
      ['out', '-'],
      ['fit', '0'],
      ['previous', 'p'],
      ['next', 'n'],
    ] as const)
      find(id, HTMLButtonElement).addEventListener('click', () => this.#act(key));
    this.#dark.addEventListener('change', () => {
      this.#painter.setTheme(this.#dark.matches);
      this.#later();
    });
    for (const kind of ['change', 'gap', 'zone'] as const)
      find(`tab-${kind}`, HTMLButtonElement).addEventListener('click', () => this.#showTab(kind));
    this.#search.addEventListener('input', () => this.#list.search(this.#search.value));
    this.#search.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') this.#list.chooseFirst();
      if (event.key === 'Escape') this.#canvas.focus();
    });
    addEventListener('beforeprint', () => this.#print(true));
    addEventListener('afterprint', () => this.#print(false));
    new ResizeObserver(() => this.#resize()).observe(find('stage', HTMLElement));
    this.#resize();
    this.#setPhase(0);
  }

  /** undefined: the device has not come yet. */
  ask(x: bigint, phase: number): PageAnswer | undefined {
    return this.#device?.ask(x, phase);
  }

  seen(): { from: number; to: number; phase: number } {
    return { from: this.#view.from, to: this.#view.to, phase: this.#phase };
  }

  /** Shows a gap of the list: its place, and a phase in which it is. */
  jump(index: number): void {
    if (this.#list.kind !== 'gap') this.#showTab('gap');
    this.#list.select(index);
    this.#showPlace(this.#map.gap(index));
  }

  #resize(): void {
    const { clientWidth, clientHeight } = find('stage', HTMLElement);
    this.#painter.resize(clientWidth, clientHeight, devicePixelRatio);
    this.#list.render();
    this.#paint();
  }

  #setPhase(phase: number): void {
    this.#phase = Math.min(Math.max(0, phase), this.#map.data.phasePeriod - 1);
    this.#slider.value = String(this.#phase);
    find('phase-words', HTMLElement).textContent = this.#phaseWords();
    this.#later();
  }

  #phaseWords(): string {
    const { phasePeriod, units } = this.#map.data;
    return `${readablePhase(this.#phase, units)} of ${readablePhase(phasePeriod, units)}`;
  }

  #goTo(text: string): void {
    const place = placeOrReason(text, this.#map);
    this.#place.setCustomValidity(typeof place === 'string' ? place : '');
    this.#place.reportValidity();
    if (typeof place === 'string') return;
    const stored = Number(place - this.#map.axis.origin);
    this.#point(stored);
    this.#view.centre(stored);
    this.#later();
  }

  #hover(part: number | null): void {
    // A pointer that leaves lets the verdict of a live page go back to the machine.
    if (part === null) this.#isPointed = false;
    if (part === null || part < 0 || part > 1) return;
    const place = Math.floor(this.#view.from + part * this.#view.span);
    this.#point(Math.min(place, this.#map.data.axis.max - 1));
    this.#later();
  }

  #point(place: number): void {
    this.#isPointed = true;
    this.#cursor = place;
  }

  #click(part: number, y: number): void {
    const { axis, windows } = this.#map.data;
    if (y < OVERVIEW.top + OVERVIEW.height + 4) {
      this.#view.centre(axis.min + part * (axis.max - axis.min));
    } else {
      const { top, count } = this.#painter.layout.rows;
      const row = Math.floor((y - top) / ROW_PIXELS);
      const window = windows[this.#painter.firstRow(this.#phase) + row];
      if (row >= 0 && row < count && window !== undefined) this.#setPhase(window.from);
    }
    this.#later();
  }

  #key(event: KeyboardEvent): boolean {
    if (event.ctrlKey || event.altKey || event.metaKey) return false;
    return this.#act(event.key);
  }

  /** What a key does; false: nothing. */
  #act(key: string): boolean {
    const centre = this.#view.from + this.#view.span / 2;
    const actions: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => this.#view.pan(-PAN_PART),
      ArrowRight: () => this.#view.pan(PAN_PART),
      ArrowUp: () => this.#view.zoom(1 / ZOOM_STEP, centre),
      ArrowDown: () => this.#view.zoom(ZOOM_STEP, centre),
      '+': () => this.#view.zoom(1 / ZOOM_STEP, centre),
      '-': () => this.#view.zoom(ZOOM_STEP, centre),
      '0': () => this.#view.fit(),
      Home: () => this.#view.fit(),
      '[': () => this.#stepWindow(-1),
      ']': () => this.#stepWindow(1),
      n: () => this.#step(1),
      p: () => this.#step(-1),
      '/': () => this.#search.focus(),
    };
    const action = Object.hasOwn(actions, key) ? actions[key] : undefined;
    action?.();
    this.#later();
    return action !== undefined;
  }

  #stepWindow(by: number): void {
    const window = this.#map.data.windows[this.#map.windowAt(this.#phase) + by];
    if (window !== undefined) this.#setPhase(window.from);
  }

  /** To the next entry of the list, or the one before. */
  #step(by: number): void {
    const index = this.#list.step(by);
    if (index >= 0) this.#choose(this.#list.kind, index);
  }

  /** Paints once before the next frame, however much happened. */
  #later(): void {
    if (this.#isPending) return;
    this.#isPending = true;
    requestAnimationFrame(() => {
      this.#isPending = false;
      this.#paint();
    });
  }

  #paint(): void {
    const started = performance.now();
    this.#painter.paint({
      ...{ view: this.#view, phase: this.#phase, cursor: this.#cursor },
      ...{ selected: this.#selectedPlace, machine: this.#machine },
    });
    this.paintMs = performance.now() - started;
    find('unnamed', HTMLElement).textContent = unnamedWords(this.#painter.unnamed);
    this.#showVerdict();
  }

  /** What the other edition answers there; null: the same, or there is none. */
  #changeAt(place: number): string | null {
    const change = this.#map.changes.find(
      ({ from, to, phaseFrom, phaseTo }) =>
        from <= place && place < to && phaseFrom <= this.#phase && this.#phase < phaseTo,
    );
    return change?.before ?? null;
  }

  #showVerdict(): void {
    if (this.#cursor === null) return;
    const answer = this.ask(BigInt(this.#cursor) + this.#map.axis.origin, this.#phase);
    if (answer === undefined) return;
    const { heading, rows } = verdictWords(this.#map, answer, {
      before: this.#changeAt(this.#cursor),
      next: this.#map.nextOn(this.#cursor, this.#phase),
    });
    showAnswer(answer, heading, rows);
  }
}

/** What the picture leaves out, and where it is found; empty: nothing. */
function unnamedWords({ names, cells }: Painter['unnamed']): string {
  const parts = [
    ...(names === 0 ? [] : [`${names} ${names === 1 ? 'name has' : 'names have'} no room here`]),
    ...(cells === 0 ? [] : [`${cells} cells are too narrow to draw`]),
  ];
  return parts.length === 0 ? '' : `${parts.join(', ')}: zoom in, or search the list.`;
}

/** A place as `check --at` takes it, names of marks included, or why it is none. */
function placeOrReason(text: string, { axis, data }: PageMap): bigint | string {
  try {
    return parseNamedPlace(text, 'place', { axis, marks: data.marks });
  } catch (error) {
    if (error instanceof HoldfastError) return `${error.message}. ${error.remedy ?? ''}`;
    throw error;
  }
}

/** Starts the page: what is drawn first needs the head alone. */
export async function start(): Promise<void> {
  const page = new Page(JSON.parse(find('data', HTMLScriptElement).textContent ?? ''));
  page.start();
  await readPieces<PagePiece>((piece) => page.take(piece));
  const { live } = page.map.data;
  if (live !== null) followDevice(live, page);
  globalThis.holdfast = {
    ask: (x, phase) => page.ask(BigInt(x), phase),
    view: () => page.seen(),
    get paintMs() {
      return page.paintMs;
    },
  };
}
