import { HoldfastError } from '../common/errors.ts';
import { parsePoint } from '../core/points.ts';
import { sourceCoordinate } from '../source/axis-words.ts';
import { readablePhase, readablePlace } from '../source/readable.ts';
import { limitText } from '../source/unit-words.ts';
import { bytesOf, type FlashPiece, type LiveMachine } from './data.ts';
import { find, readPieces, showAnswer } from './dom.ts';
import { EntryList } from './entry-list.ts';
import { followDevice } from './live.ts';
import type { PlanePageHead, PlanePagePiece } from './plane-data.ts';
import { PlaneDevice, type PlanePageAnswer } from './plane-device.ts';
import { PLANE_KINDS, type PlaneEntryKind, planeEntries } from './plane-entries.ts';
import { PlaneMap, type PlanePlace } from './plane-map.ts';
import { moveWords, type Offset, type PlaneMove } from './plane-move.ts';
import { type PlaneMachine, PlanePainter } from './plane-painter.ts';
import { followPlanePointers } from './plane-pointers.ts';
import { PlaneView } from './plane-view.ts';

/** The page of a plane: its state, and what changes it. */

/** What the page offers to its console and to tests, as `holdfastPlane`. */
interface PlanePageHandle {
  /** What the loop would be told at a place of the source. */
  ask(x: number | string, y: number | string, phase: number): PlanePageAnswer | undefined;
  /** What is seen, as offsets from the minima, and the phase. */
  view(): { west: number; east: number; south: number; north: number; phase: number };
  /** The move that is drawn, as the core answers for it; null: none. */
  move(): PlaneMove | null;
  /** Milliseconds that painting took the last time. */
  readonly paintMs: number;
}

declare global {
  var holdfastPlane: PlanePageHandle | undefined;
}

const PAN_PART = 0.15;
const ZOOM_STEP = 1.5;
const CURSOR_PIXELS = 8;
const NO_MOVE = 'two clicks draw one, or m at the cursor, twice';

class PlanePage {
  readonly #map: PlaneMap;
  readonly #device: PlaneDevice;
  readonly #view: PlaneView;
  readonly #painter: PlanePainter;
  readonly #canvas = find('map', HTMLCanvasElement);
  readonly #slider = find('phase', HTMLInputElement);
  readonly #place = find('place', HTMLInputElement);
  readonly #search = find('search', HTMLInputElement);
  readonly #lookup = find('lookup', HTMLInputElement);
  readonly #dark = matchMedia('(prefers-color-scheme: dark)');
  readonly #list: EntryList<PlaneEntryKind>;
  #selected: PlanePlace | null = null;
  /** Where a machine is, as its device says, and in which phase. */
  #machine: (PlaneMachine & { readonly phase: number }) | null = null;
  /** A reader has a place in hand; until then the verdict of a live page is that of its machine. */
  #isPointed = false;
  #phase = 0;
  /** Offset of the lattice point that is asked. */
  #cursor: readonly [x: number, y: number];
  /** Where a move begins that a reader draws, and where it ends: as long as that is null, under the pointer. */
  #move: { readonly from: Offset; readonly to: Offset | null } | null = null;
  #isPending = false;
  /** Whether the picture of both editions was open before printing. */
  #opened = false;
  paintMs = 0;

  constructor(map: PlaneMap, device: PlaneDevice) {
    this.#map = map;
    this.#device = device;
    this.#view = new PlaneView(map);
    this.#painter = new PlanePainter(map, this.#canvas, this.#dark.matches);
    this.#slider.max = String(map.plane.phasePeriod - 1);
    this.#cursor = [Math.floor(map.width / 2), Math.floor(map.height / 2)];
    const first = this.#firstKind();
    this.#list = new EntryList<PlaneEntryKind>(
      planeEntries(map, first),
      find('list', HTMLElement),
      (kind, index) => this.#choose(kind, index),
    );
    this.#showTab(first);
  }

  #firstKind(): PlaneEntryKind {
    return PLANE_KINDS.find((kind) => planeEntries(this.#map, kind).count > 0) ?? 'zone';
  }

  start(): void {
    followPlanePointers(this.#canvas, {
      view: this.#view,
      left: this.#painter.left,
      top: this.#painter.top,
      changed: () => this.#later(),
      hover: (px, py) => this.#hover(px, py),
      leave: () => {
        this.#isPointed = false;
      },
      click: (px, py) => {
        if (this.#hover(px, py)) this.#setMovePoint();
      },
    });
    this.#slider.addEventListener('input', () => this.#setPhase(this.#slider.valueAsNumber));
    this.#place.addEventListener('change', () => this.#goTo(this.#place.value.trim()));
    this.#lookup.addEventListener('change', () => this.#later());
    this.#canvas.addEventListener('keydown', (event) => {
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      if (this.#act(event.shiftKey && event.key.startsWith('Arrow') ? `Shift${event.key}` : event.key))
        event.preventDefault();
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
    for (const kind of PLANE_KINDS)
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

  ask(x: bigint, y: bigint, phase: number): PlanePageAnswer {
    return this.#device.ask(x, y, phase);
  }

  seen(): { west: number; east: number; south: number; north: number; phase: number } {
    return { ...this.#view.bounds, phase: this.#phase };
  }

  /** Follows a machine; null: nobody says where it is. */
  follow(machine: LiveMachine | null): void {
    const before = this.#machine;
    this.#machine = machine === null ? null : this.#located(machine);
    const now = this.#machine;
    if (now !== null) {
      // Who looks elsewhere, or at another phase, is left there.
      if (!this.#isSeen(now) && (before === null || this.#isSeen(before))) this.#view.centre(...now.at);
      if (now.phase !== this.#phase && (before === null || before.phase === this.#phase))
        this.#setPhase(now.phase);
      if (!this.#isPointed) this.#cursor = now.at;
    }
    this.#later();
  }

  #located({ x, y, phase, words }: LiveMachine): PlaneMachine & { readonly phase: number } {
    const [ofX, ofY] = this.#map.plane.axes;
    return { at: [x - ofX.min, (y ?? 0) - ofY.min], phase, words };
  }

  #isSeen({ at: [x, y] }: PlaneMachine): boolean {
    const { west, east, south, north } = this.#view.bounds;
    return west <= x && x < east && south <= y && y < north;
  }

  /** What the core says of the move that is drawn. */
  get move(): PlaneMove | null {
    if (this.#move === null) return null;
    const { from, to } = this.#move;
    return this.#device.sweep(from, to ?? this.#cursor, this.#phase);
  }

  /** A move begins at the cursor, or ends there; after that another one begins. */
  #setMovePoint(): void {
    const isOpen = this.#move !== null && this.#move.to === null;
    this.#move =
      isOpen && this.#move !== null
        ? { from: this.#move.from, to: this.#cursor }
        : { from: this.#cursor, to: null };
    this.#later();
  }

  #showTab(kind: PlaneEntryKind): void {
    this.#list.show(planeEntries(this.#map, kind), this.#search.value);
    for (const each of PLANE_KINDS) {
      const tab = find(`tab-${each}`, HTMLButtonElement);
      const { count, title } = planeEntries(this.#map, each);
      tab.textContent = `${count} ${count === 1 ? title.slice(0, -1) : title}`;
      tab.hidden =
        (each === 'change' && this.#map.head.before === null) ||
        (each === 'overlap' && this.#map.head.overlaps === null);
      tab.setAttribute('aria-selected', String(each === kind));
    }
  }

  #choose(kind: PlaneEntryKind, index: number): void {
    const place = planeEntries(this.#map, kind).place(index);
    this.#list.select(index);
    if (place === null) return;
    this.#selected = place;
    this.#setCursor(place.at);
    this.#view.show(place);
    if (place.phase !== null && !this.#isThere(kind, index)) this.#setPhase(place.phase);
    this.#later();
  }

  /** Whether an entry is there in the phase that is looked at. */
  #isThere(kind: PlaneEntryKind, index: number): boolean {
    const { head, changes } = this.#map;
    const lists = { change: changes, gap: head.gaps, overlap: head.overlaps, zone: null };
    const phases = lists[kind]?.[index]?.phases;
    return phases?.some(({ from, to }) => from <= this.#phase && this.#phase < to) ?? false;
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

  #resize(): void {
    const { clientWidth, clientHeight } = find('stage', HTMLElement);
    this.#painter.resize(clientWidth, clientHeight, devicePixelRatio, this.#view);
    this.#list.render();
    this.#paint();
  }

  #setPhase(phase: number): void {
    const { phasePeriod } = this.#map.plane;
    const { units } = this.#map.head;
    this.#phase = Math.min(Math.max(0, phase), phasePeriod - 1);
    this.#slider.value = String(this.#phase);
    find('phase-words', HTMLElement).textContent =
      `${readablePhase(this.#phase, units)} of ${readablePhase(phasePeriod, units)}`;
    this.#later();
  }

  #goTo(text: string): void {
    const place = this.#placeOrReason(text);
    this.#place.setCustomValidity(typeof place === 'string' ? place : '');
    this.#place.reportValidity();
    if (typeof place === 'string') return;
    this.#setCursor(place);
    this.#view.centre(...place);
    this.#later();
  }

  /** An offset, or why the text is no place. */
  #placeOrReason(text: string): readonly [number, number] | string {
    try {
      const [x, y] = this.#map.plane.axes;
      const asked = parsePoint(text, 'place', [x, y]);
      if (asked.y === undefined) return 'Give both coordinates.';
      return [Number(asked.x - sourceCoordinate(x, x.min)), Number(asked.y - sourceCoordinate(y, y.min))];
    } catch (error) {
      if (error instanceof HoldfastError) return `${error.message}. ${error.remedy ?? ''}`;
      throw error;
    }
  }

  /** false: there is no map under the pixel. */
  #hover(px: number, py: number): boolean {
    return this.#point(...this.#view.placeAt(px, py));
  }

  /** Asks the lattice point of the square of a step that a place lies in; false: it is off the axes. */
  #point(x: number, y: number): boolean {
    const { width, height } = this.#map;
    if (x < 0 || y < 0 || x >= width || y >= height) return false;
    this.#setCursor([Math.floor(x), Math.floor(y)]);
    this.#later();
    return true;
  }

  /** A reader asks about a place. */
  #setCursor(place: readonly [x: number, y: number]): void {
    this.#isPointed = true;
    this.#cursor = place;
  }

  /** What a key does; false: nothing. */
  #act(key: string): boolean {
    const pan = (x: number, y: number) => {
      const { clientWidth, clientHeight } = this.#canvas;
      this.#view.pan(x * PAN_PART * clientWidth, y * PAN_PART * clientHeight);
    };
    const actions: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => pan(-1, 0),
      ArrowRight: () => pan(1, 0),
      ArrowUp: () => pan(0, -1),
      ArrowDown: () => pan(0, 1),
      ShiftArrowLeft: () => this.#moveCursor(-1, 0),
      ShiftArrowRight: () => this.#moveCursor(1, 0),
      ShiftArrowUp: () => this.#moveCursor(0, 1),
      ShiftArrowDown: () => this.#moveCursor(0, -1),
      '+': () => this.#view.zoom(ZOOM_STEP),
      '-': () => this.#view.zoom(1 / ZOOM_STEP),
      '0': () => this.#view.fit(),
      Home: () => this.#view.fit(),
      '[': () => this.#stepRange(-1),
      ']': () => this.#stepRange(1),
      l: () => {
        this.#lookup.checked = !this.#lookup.checked;
      },
      m: () => this.#setMovePoint(),
      Escape: () => {
        this.#move = null;
      },
      n: () => this.#step(1),
      p: () => this.#step(-1),
      '/': () => this.#search.focus(),
    };
    const action = Object.hasOwn(actions, key) ? actions[key] : undefined;
    action?.();
    this.#later();
    return action !== undefined;
  }

  /** By some pixels, and by a step at least. */
  #moveCursor(byX: number, byY: number): void {
    const [x, y] = this.#cursor;
    const steps = (scale: number) => Math.max(1, Math.round(CURSOR_PIXELS / scale));
    this.#point(x + byX * steps(this.#view.scaleX), y + byY * steps(this.#view.scaleY));
  }

  #stepRange(by: number): void {
    const range = this.#map.plane.phases[this.#map.rangeAt(this.#phase) + by];
    if (range !== undefined) this.#setPhase(range.from);
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
    const { move } = this;
    this.#painter.paint({
      ...{ view: this.#view, phase: this.#phase, cursor: this.#cursor },
      ...{ selected: this.#selected?.at ?? null, machine: this.#machine, move },
      isLookup: this.#lookup.checked,
    });
    this.paintMs = performance.now() - started;
    const { unnamed } = this.#painter;
    find('unnamed', HTMLElement).textContent =
      unnamed === 0
        ? ''
        : `${unnamed} ${unnamed === 1 ? 'name has' : 'names have'} no room here: zoom in, or search the list.`;
    this.#showVerdict(move);
  }

  #showVerdict(move: PlaneMove | null): void {
    const [x, y] = this.#cursor;
    const [ofX, ofY] = this.#map.plane.axes;
    const [atX, atY] = [sourceCoordinate(ofX, ofX.min + x), sourceCoordinate(ofY, ofY.min + y)];
    const answer = this.ask(atX, atY, this.#phase);
    const limit = answer.limit === null ? 'none' : limitText(answer.limit, this.#map.head.units);
    const rows: (readonly [string, string])[] = [
      [ofX.name, readablePlace(atX, ofX)],
      [ofY.name, readablePlace(atY, ofY)],
    ];
    if (answer.state === 'covered')
      rows.push(['zone', answer.zone ?? ''], ['tier', String(answer.tier)], ['limit', limit]);
    else {
      rows.push(['action', answer.action ?? 'none']);
      if (answer.state === 'gap') rows.push(['gap', answer.gap ?? ''], ['limit', limit]);
    }
    const before = this.#map.beforeAt(x, y, this.#phase);
    if (before !== null) rows.push(['before', before]);
    rows.push(['epoch', String(answer.epoch)]);
    // The row is always there: the picture keeps its height when a move begins.
    rows.push(['move', move === null ? NO_MOVE : moveWords(move, this.#map)]);
    showAnswer(answer, answer.state, rows);
  }
}

/** Starts the page when its flash is there: what is drawn is decoded from it. */
export async function start(): Promise<void> {
  const head: PlanePageHead = JSON.parse(find('data', HTMLScriptElement).textContent ?? '');
  const flash: FlashPiece[] = [];
  let page: PlanePage | undefined;
  await readPieces<PlanePagePiece>(async (piece) => {
    if (piece.kind === 'flash') {
      flash.push(piece);
      return;
    }
    const map = new PlaneMap(head, bodyIn(flash, head.body));
    page = new PlanePage(map, await PlaneDevice.boot(piece, flash, map.plane));
    page.start();
  });
  const started = page;
  if (started === undefined) throw new TypeError('the page has no device');
  if (head.live !== null) followDevice(head.live, started);
  globalThis.holdfastPlane = {
    ask: (x, y, phase) => started.ask(BigInt(x), BigInt(y), phase),
    view: () => started.seen(),
    move: () => started.move,
    get paintMs() {
      return started.paintMs;
    },
  };
}

/** The body of the edition in the flash. */
function bodyIn(flash: readonly FlashPiece[], { offset, bytes }: PlanePageHead['body']): Uint8Array {
  const body = new Uint8Array(bytes);
  for (const piece of flash) {
    const content = bytesOf(piece.bytes);
    const [from, to] = [
      Math.max(offset, piece.offset),
      Math.min(offset + bytes, piece.offset + content.length),
    ];
    if (from < to) body.set(content.subarray(from - piece.offset, to - piece.offset), from - offset);
  }
  return body;
}
