import type { PlaneView } from './plane-view.ts';

/** Wheel, drag, pinch and hover on the canvas of a plane. */

export interface PlanePointerTarget {
  readonly view: PlaneView;
  /** Where the map begins on the canvas. */
  readonly left: number;
  readonly top: number;
  /** The view changed. */
  changed(): void;
  /** The pointer is over a pixel of the map. */
  hover(px: number, py: number): void;
  /** It left the canvas. */
  leave(): void;
  /** It was pressed and released over a pixel of the map. */
  click(px: number, py: number): void;
}

const ZOOM_A_WHEEL_PIXEL = 0.0018;
const WHEEL_LINE_PIXELS = 16;
/** A pointer that moves no farther while it is down clicks; else it drags. */
const CLICK_PIXELS_MAX = 4;

export function followPlanePointers(canvas: HTMLCanvasElement, target: PlanePointerTarget): void {
  const { view } = target;
  const down = new Map<number, { readonly x: number; readonly y: number }>();
  /** Where the only pointer that is down went down; null: it dragged, or there were others. */
  let pressed: Pixel | null = null;
  const placeOf = (event: MouseEvent) => ({ x: event.offsetX - target.left, y: event.offsetY - target.top });

  canvas.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const { x, y } = placeOf(event);
      const pixels = event.deltaMode === 1 ? WHEEL_LINE_PIXELS : 1;
      if (event.shiftKey) view.pan((event.deltaY + event.deltaX) * pixels, 0);
      else view.zoom(Math.exp(-event.deltaY * pixels * ZOOM_A_WHEEL_PIXEL), x, y);
      target.changed();
      target.hover(x, y);
    },
    { passive: false },
  );
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    down.set(event.pointerId, placeOf(event));
    pressed = down.size === 1 && event.button === 0 ? placeOf(event) : null;
  });
  canvas.addEventListener('pointermove', (event) => {
    const now = placeOf(event);
    const before = down.get(event.pointerId);
    if (before !== undefined) {
      if (pressed !== null && Math.hypot(now.x - pressed.x, now.y - pressed.y) > CLICK_PIXELS_MAX)
        pressed = null;
      const resting = [...down].find(([id]) => id !== event.pointerId)?.[1];
      if (resting === undefined) view.pan(before.x - now.x, before.y - now.y);
      else pinch(before, now, resting);
      down.set(event.pointerId, now);
      target.changed();
    }
    target.hover(now.x, now.y);
  });
  const end = (event: PointerEvent) => down.delete(event.pointerId);
  canvas.addEventListener('pointerup', (event) => {
    end(event);
    if (pressed !== null) target.click(pressed.x, pressed.y);
    pressed = null;
  });
  canvas.addEventListener('pointercancel', end);
  canvas.addEventListener('pointerleave', () => target.leave());

  /** Two fingers: the place under the one that rests stays where it is. */
  function pinch(before: Pixel, now: Pixel, resting: Pixel): void {
    const apart = (one: Pixel) => Math.hypot(one.x - resting.x, one.y - resting.y);
    if (apart(before) > 1 && apart(now) > 1) view.zoom(apart(now) / apart(before), resting.x, resting.y);
  }
}

interface Pixel {
  readonly x: number;
  readonly y: number;
}
