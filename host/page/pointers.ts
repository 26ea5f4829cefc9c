import { OVERVIEW } from './layout.ts';
import type { MapView } from './view.ts';

/** Wheel, drag, pinch and hover on the canvas. */

export interface PointerTarget {
  readonly view: MapView;
  /** Where the strips begin, and how many pixels they have. */
  left(): number;
  pixels(): number;
  /** The view changed. */
  changed(): void;
  /** The pointer is over a place of the view, `null` when it left; `y` in pixels from the top. */
  hover(part: number | null): void;
  /** A click without a drag. */
  click(part: number, y: number): void;
}

const ZOOM_A_WHEEL_PIXEL = 0.0018;
const DRAG_PIXELS_MIN = 4;
const WHEEL_LINE_PIXELS = 16;

export function followPointers(canvas: HTMLCanvasElement, target: PointerTarget): void {
  const { view } = target;
  const down = new Map<number, { x: number; y: number }>();
  let dragged = 0;
  const partOf = (x: number) => (x - target.left()) / target.pixels();
  const placeOf = (x: number) => view.from + partOf(x) * view.span;

  canvas.addEventListener(
    'wheel',
    (event) => {
      event.preventDefault();
      const pixels = event.deltaMode === 1 ? WHEEL_LINE_PIXELS : 1;
      const sideways = event.shiftKey ? event.deltaY : event.deltaX;
      if (Math.abs(sideways) > Math.abs(event.shiftKey ? 0 : event.deltaY))
        view.pan((sideways * pixels) / target.pixels());
      else view.zoom(Math.exp(event.deltaY * pixels * ZOOM_A_WHEEL_PIXEL), placeOf(event.offsetX));
      target.changed();
      target.hover(partOf(event.offsetX));
    },
    { passive: false },
  );
  canvas.addEventListener('pointerdown', (event) => {
    canvas.setPointerCapture(event.pointerId);
    down.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
    if (down.size === 1) dragged = 0;
  });
  canvas.addEventListener('pointermove', (event) => {
    const before = down.get(event.pointerId);
    if (before !== undefined) {
      const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
      if (other === undefined) drag(before, event);
      else pinch(before.x, event.offsetX, other.x);
      down.set(event.pointerId, { x: event.offsetX, y: event.offsetY });
      target.changed();
    }
    target.hover(partOf(event.offsetX));
  });
  const end = (event: PointerEvent) => {
    const wasDown = down.delete(event.pointerId);
    if (wasDown && event.type === 'pointerup' && dragged < DRAG_PIXELS_MIN)
      target.click(partOf(event.offsetX), event.offsetY);
  };
  canvas.addEventListener('pointerup', end);
  canvas.addEventListener('pointercancel', end);
  canvas.addEventListener('pointerleave', () => target.hover(null));

  /** In the overview the view follows the pointer, elsewhere the map does. */
  function drag(before: { x: number; y: number }, event: PointerEvent): void {
    const pixels = event.offsetX - before.x;
    dragged += Math.abs(pixels);
    if (before.y < OVERVIEW.top + OVERVIEW.height + 4) target.click(partOf(event.offsetX), before.y);
    else view.pan(-pixels / target.pixels());
  }

  /** Two fingers: the place under the one that rests stays where it is. */
  function pinch(before: number, after: number, resting: number): void {
    dragged = DRAG_PIXELS_MIN;
    const [apart, now] = [Math.abs(before - resting), Math.abs(after - resting)];
    if (apart > 1 && now > 1) view.zoom(apart / now, placeOf(resting));
  }
}
