import { MARK_SHAPES } from '../drawing/palette.ts';
import { shortened } from '../drawing/text-width.ts';
import type { Brushes } from './brushes.ts';

/** Texts and signs on the canvas. */

export const FONTS = { plain: '12px system-ui, sans-serif', small: '11px system-ui, sans-serif' } as const;

export interface TextStyle {
  readonly ink?: string;
  readonly align?: CanvasTextAlign;
  /** A longer text is squeezed. */
  readonly pixels?: number | undefined;
  readonly font?: string;
  /** Lines run under it. */
  readonly isOverLines?: boolean;
}

export class Pen {
  readonly context: CanvasRenderingContext2D;
  brushes: Brushes;
  readonly #shapes = MARK_SHAPES.map((shape) => new Path2D(shape));

  constructor(context: CanvasRenderingContext2D, brushes: Brushes) {
    this.context = context;
    this.brushes = brushes;
  }

  text(words: string, x: number, y: number, style: TextStyle): void {
    const { ink = this.brushes.ink, align = 'left', pixels, font = FONTS.plain, isOverLines = false } = style;
    const { context } = this;
    context.fillStyle = ink;
    context.font = font;
    context.textAlign = align;
    if (isOverLines) this.#halo(words, x, y);
    context.fillText(words, x, y, pixels);
  }

  /** Written from the bottom to the top. */
  upright(words: string, x: number, y: number, style: TextStyle): void {
    const { context } = this;
    context.save();
    context.translate(x, y);
    context.rotate(-Math.PI / 2);
    this.text(words, 0, 0, style);
    context.restore();
  }

  /** Ground around a text, so that what is drawn under it does not cross it. */
  #halo(words: string, x: number, y: number): void {
    const { context } = this;
    context.save();
    context.strokeStyle = this.brushes.ground;
    context.lineWidth = 3;
    context.lineJoin = 'round';
    context.setLineDash([]);
    context.strokeText(words, x, y);
    context.restore();
  }

  widthOf(text: string, font: string): number {
    this.context.font = font;
    return this.context.measureText(text).width;
  }

  /** The text, with its middle left out where it is wider than `pixels`. */
  fitted(text: string, font: string, pixels: number): string {
    if (this.widthOf(text, font) <= pixels) return text;
    const characters = [...text];
    let [low, high] = [0, characters.length];
    while (high - low > 1) {
      const kept = (low + high) >>> 1;
      if (this.widthOf(shortened(characters, kept), font) <= pixels) low = kept;
      else high = kept;
    }
    return shortened(characters, low);
  }

  sign(mark: number, x: number, y: number): void {
    const shape = this.#shapes[mark];
    if (shape === undefined) return;
    const { context } = this;
    context.save();
    context.translate(x, y);
    context.fillStyle = this.brushes.ink;
    context.strokeStyle = this.brushes.ink;
    context.lineWidth = 1;
    context.fill(shape);
    context.stroke(shape);
    context.restore();
  }
}
