import { HoldfastError } from '../common/errors.ts';
import { parsePlace } from '../core/points.ts';
import { phaseText } from '../source/unit-words.ts';
import { type FlashPiece, type PageHead, type PagePiece, PIECE_CLASS } from './data.ts';
import { type PageAnswer, PageDevice } from './device.ts';
import { GapList } from './gap-list.ts';
import { PageMap } from './map-data.ts';
import { OVERVIEW, Painter, ROW_PIXELS, ROWS_TOP } from './painter.ts';
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
  readonly #dark = matchMedia('(prefers-color-scheme: dark)');
  readonly #painter: Painter;
  #device: PageDevice | undefined;
  #list: GapList | undefined;
  #phase = 0;
  #cursor: number | null = null;
  #isPending = false;
  paintMs = 0;

  constructor(head: PageHead) {
    this.#map = new PageMap(head);
    this.#view = new MapView(head.axis);
    this.#painter = new Painter(this.#map, this.#canvas, this.#dark.matches);
    this.#slider.max = String(head.phasePeriod - 1);
    this.#cursor = head.axis.min;
  }

  /** What comes after the first picture. */
  async take(piece: PagePiece): Promise<void> {
    if (piece.kind === 'list') this.#map.takeList(piece.list, piece);
    else if (piece.kind === 'names') this.#map.takeNames(piece.from, piece.names);
    else if (piece.kind === 'flash') this.#flash.push(piece);
    else if (piece.kind === 'device')
      this.#device = await PageDevice.boot(piece, this.#flash.splice(0), this.#map);
    else {
      this.#map.takeGaps(piece.gaps);
      this.#list = new GapList(this.#map, find('gaps', HTMLElement), (index) => this.jump(index));
    }
    if (piece.kind !== 'flash') this.#later();
  }

  start(): void {
    followPointers(this.#canvas, {
      view: this.#view,
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
    const gap = this.#map.gap(index);
    this.#list?.select(index);
    this.#view.show(gap.from, gap.to);
    this.#cursor = gap.from;
    if (this.#phase < gap.phaseFrom || this.#phase >= gap.phaseTo) this.#setPhase(gap.phaseFrom);
    this.#later();
  }

  #resize(): void {
    this.#painter.resize(find('stage', HTMLElement).clientWidth, devicePixelRatio);
    this.#list?.render();
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
    return `${phaseText(this.#phase, units)} of ${phaseText(phasePeriod, units)}`;
  }

  #goTo(text: string): void {
    const place = placeOrReason(text, this.#map.axis);
    this.#place.setCustomValidity(typeof place === 'string' ? place : '');
    this.#place.reportValidity();
    if (typeof place === 'string') return;
    this.#cursor = Number(place - this.#map.axis.origin);
    this.#view.centre(this.#cursor);
    this.#later();
  }

  #hover(part: number | null): void {
    if (part === null || part < 0 || part > 1) return;
    const place = Math.floor(this.#view.from + part * this.#view.span);
    this.#cursor = Math.min(place, this.#map.data.axis.max - 1);
    this.#later();
  }

  #click(part: number, y: number): void {
    const { axis, windows } = this.#map.data;
    if (y < OVERVIEW.top + OVERVIEW.height + 4) {
      this.#view.centre(axis.min + part * (axis.max - axis.min));
    } else if (y >= ROWS_TOP) {
      const window = windows[this.#painter.firstRow(this.#phase) + Math.floor((y - ROWS_TOP) / ROW_PIXELS)];
      if (window !== undefined) this.#setPhase(window.from);
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
      n: () => this.#stepGap(1),
      p: () => this.#stepGap(-1),
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

  #stepGap(by: number): void {
    const selected = this.#list?.selected ?? -1;
    const index = selected < 0 && by < 0 ? this.#map.gapCount - 1 : selected + by;
    if (index >= 0 && index < this.#map.gapCount) this.jump(index);
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
    const index = this.#list?.selected ?? -1;
    const selected = index < 0 ? null : this.#map.gap(index);
    this.#painter.paint({ view: this.#view, phase: this.#phase, cursor: this.#cursor, selected });
    this.paintMs = performance.now() - started;
    this.#showVerdict();
  }

  #showVerdict(): void {
    if (this.#cursor === null) return;
    const answer = this.ask(BigInt(this.#cursor) + this.#map.axis.origin, this.#phase);
    if (answer === undefined) return;
    const { heading, rows } = verdictWords(this.#map, answer);
    const state = find('state', HTMLElement);
    state.textContent = heading;
    state.dataset.state = answer.state;
    state.dataset.answer = JSON.stringify(answer);
    find('answer', HTMLElement).replaceChildren(
      ...rows.map(([name, value]) => {
        const group = document.createElement('div');
        const [term, detail] = [document.createElement('dt'), document.createElement('dd')];
        term.textContent = name;
        detail.textContent = value;
        group.append(term, detail);
        return group;
      }),
    );
  }
}

/** A place as `check --at` takes it, or why it is none. */
function placeOrReason(text: string, axis: PageMap['axis']): bigint | string {
  try {
    return parsePlace(text, 'place', axis);
  } catch (error) {
    if (error instanceof HoldfastError) return `${error.message}. ${error.remedy ?? ''}`;
    throw error;
  }
}

function find<Type extends HTMLElement>(id: string, type: abstract new () => Type): Type {
  const found = document.getElementById(id);
  if (found instanceof type) return found;
  throw new TypeError(`the page has no ${id}`);
}

/** Lets the browser read on, paint, and hear its user. */
function turn(): Promise<void> {
  return new Promise((done) => setTimeout(done));
}

/** Reads pieces as they come; the browser is still at work on what stands behind. */
async function readPieces(page: Page): Promise<void> {
  const elements = document.getElementsByClassName(PIECE_CLASS);
  for (let taken = 0; ; ) {
    const isAll = document.readyState !== 'loading';
    const element = elements[taken];
    if (element !== undefined && (isAll || element.nextElementSibling !== null)) {
      await page.take(JSON.parse(element.textContent ?? ''));
      // Nobody reads it again.
      element.textContent = '';
      taken++;
    } else if (isAll) return;
    await turn();
  }
}

/** Starts the page: what is drawn first needs the head alone. */
export async function start(): Promise<void> {
  const page = new Page(JSON.parse(find('data', HTMLScriptElement).textContent ?? ''));
  page.start();
  await readPieces(page);
  globalThis.holdfast = {
    ask: (x, phase) => page.ask(BigInt(x), phase),
    view: () => page.seen(),
    get paintMs() {
      return page.paintMs;
    },
  };
}
