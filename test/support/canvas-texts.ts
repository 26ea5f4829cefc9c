/** What is written on the canvas of a page: runs in the page, before its own script. */
import type { MeasuredText } from './drawing-geometry.ts';

declare global {
  /** Texts of the last picture, in pixels of the canvas. */
  var canvasTexts: MeasuredText[];
  /** Rectangles drawn as lines, and the contrast of the line to the ground of the picture. */
  var canvasFrames: { width: number; height: number; contrast: number }[];
}

/** Notes every text of a picture: where it lies, and its least contrast to what was there before. */
export function watchCanvasTexts(): void {
  globalThis.canvasTexts = [];
  globalThis.canvasFrames = [];
  const { fillRect, fillText, strokeRect } = CanvasRenderingContext2D.prototype;
  const { getContext } = HTMLCanvasElement.prototype;
  // Pixels are looked at with every text.
  Object.assign(HTMLCanvasElement.prototype, {
    getContext(this: HTMLCanvasElement, kind: '2d') {
      return getContext.call(this, kind, { willReadFrequently: true });
    },
  });
  const part = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
  const luminance = ([red = 0, green = 0, blue = 0]: readonly number[]) =>
    0.2126 * part(red / 255) + 0.7152 * part(green / 255) + 0.0722 * part(blue / 255);
  const contrast = (one: readonly number[], other: readonly number[]) => {
    const [high = 0, low = 0] = [luminance(one), luminance(other)].sort((left, right) => right - left);
    return (high + 0.05) / (low + 0.05);
  };
  let ground: readonly number[] = [];
  const coloursOf = (style: CanvasRenderingContext2D['fillStyle']) =>
    (/^#(..)(..)(..)$/.exec(String(style)) ?? []).slice(1).map((digits) => Number.parseInt(digits, 16));
  Object.assign(CanvasRenderingContext2D.prototype, {
    // A picture begins with its ground.
    fillRect(this: CanvasRenderingContext2D, ...values: Parameters<typeof fillRect>) {
      if (this.canvas.id === 'map' && values[0] === 0 && values[1] === 0) {
        globalThis.canvasTexts = [];
        globalThis.canvasFrames = [];
        ground = coloursOf(this.fillStyle);
      }
      fillRect.apply(this, values);
    },
    strokeRect(this: CanvasRenderingContext2D, ...values: Parameters<typeof strokeRect>) {
      const [, , width, height] = values;
      globalThis.canvasFrames.push({
        width,
        height,
        contrast: contrast(coloursOf(this.strokeStyle), ground),
      });
      strokeRect.apply(this, values);
    },
    fillText(this: CanvasRenderingContext2D, ...values: Parameters<typeof fillText>) {
      const [text, x, y, pixels = Number.POSITIVE_INFINITY] = values;
      const width = Math.min(pixels, this.measureText(text).width);
      const left = x - { left: 0, center: 0.5, right: 1, start: 0, end: 1 }[this.textAlign] * width;
      const matrix = this.getTransform();
      const at = (along: number, up: number) => matrix.transformPoint({ x: left + along * width, y: y - up });
      const corners = [at(0, -3), at(1, -3), at(0, 10), at(1, 10)];
      const grounds = [0.02, 0.15, 0.3, 0.5, 0.7, 0.85, 0.98].map((along) => {
        const point = at(along, 4);
        return Array.from(this.getImageData(Math.round(point.x), Math.round(point.y), 1, 1).data);
      });
      const scale = devicePixelRatio;
      globalThis.canvasTexts.push({
        text,
        box: {
          left: Math.min(...corners.map((corner) => corner.x)) / scale,
          right: Math.max(...corners.map((corner) => corner.x)) / scale,
          top: Math.min(...corners.map((corner) => corner.y)) / scale,
          bottom: Math.max(...corners.map((corner) => corner.y)) / scale,
        },
        contrast: Math.min(...grounds.map((under) => contrast(coloursOf(this.fillStyle), under))),
      });
      fillText.apply(this, values);
    },
  });
}
