/** What the page looks at: a part of the axis, moved and zoomed within its ends. Coordinates are stored ones. */

export interface Extent {
  readonly min: number;
  readonly max: number;
}

/** So near that a step of the axis is wide. */
const SPAN_MIN = 8;

export class MapView {
  from: number;
  to: number;
  readonly #extent: Extent;

  constructor(extent: Extent) {
    this.#extent = extent;
    this.from = extent.min;
    this.to = extent.max;
  }

  get span(): number {
    return this.to - this.from;
  }

  fit(): void {
    this.#set(this.#extent.min, this.#extent.max - this.#extent.min);
  }

  /** Moves by a part of what is seen. */
  pan(part: number): void {
    this.#set(this.from + part * this.span, this.span);
  }

  /** Zooms by a factor (below 1: nearer) so that the place stays where it is. */
  zoom(factor: number, place: number): void {
    const span = this.#spanWithin(this.span * factor);
    const part = (place - this.from) / this.span;
    this.#set(place - part * span, span);
  }

  /** Shows [from, to) with as much again on either side. */
  show(from: number, to: number): void {
    const span = this.#spanWithin(3 * (to - from));
    this.#set((from + to - span) / 2, span);
  }

  centre(place: number): void {
    this.#set(place - this.span / 2, this.span);
  }

  #spanWithin(span: number): number {
    const whole = this.#extent.max - this.#extent.min;
    return Math.min(whole, Math.max(Math.min(SPAN_MIN, whole), span));
  }

  #set(from: number, span: number): void {
    this.from = Math.min(Math.max(from, this.#extent.min), this.#extent.max - span);
    this.to = this.from + span;
  }
}
