/** What the page of a plane looks at: a place in the middle and pixels a step, moved and zoomed within the ends of both axes. */

/** A step is at most so wide. */
const STEP_PIXELS_MAX = 48;

export interface PlaneExtent {
  /** Steps. */
  readonly width: number;
  readonly height: number;
}

export interface Bounds {
  readonly west: number;
  readonly east: number;
  readonly south: number;
  readonly north: number;
}

export class PlaneView {
  readonly #extent: PlaneExtent;
  /** Pixels of y a step for each pixel of x a step: 1 where both axes count alike, or nearly. */
  readonly #ratio: number;
  #pixels = { width: 1, height: 1 };
  #x: number;
  #y: number;
  /** Pixels a step of x; 0: the whole is fitted. */
  #scale = 0;

  constructor(extent: PlaneExtent) {
    this.#extent = extent;
    const { width, height } = extent;
    const isAlike = width < 20 * height && height < 20 * width;
    this.#ratio = isAlike ? 1 : (width / height) * 0.5;
    [this.#x, this.#y] = [width / 2, height / 2];
  }

  /** Pixels that the map has. */
  resize(width: number, height: number): void {
    this.#pixels = { width, height };
    this.#keep();
  }

  get scaleX(): number {
    return Math.max(this.#scale, this.#whole);
  }

  get scaleY(): number {
    return this.scaleX * this.#ratio;
  }

  /** What is in sight, in offsets; it may reach beyond the axes. */
  get bounds(): Bounds {
    const [halfX, halfY] = [this.#pixels.width / 2 / this.scaleX, this.#pixels.height / 2 / this.scaleY];
    return { west: this.#x - halfX, east: this.#x + halfX, south: this.#y - halfY, north: this.#y + halfY };
  }

  /** Pixels from the left and from the top of the map; y points up. */
  pixel(x: number, y: number): [number, number] {
    return [
      this.#pixels.width / 2 + (x - this.#x) * this.scaleX,
      this.#pixels.height / 2 - (y - this.#y) * this.scaleY,
    ];
  }

  /** Pixels of points x0, y0, x1, y1, …, as `pixel` gives them. */
  pixels(points: readonly number[]): number[] {
    const [scaleX, scaleY] = [this.scaleX, this.scaleY];
    const [middleX, middleY] = [this.#pixels.width / 2, this.#pixels.height / 2];
    const [x, y] = [this.#x, this.#y];
    const found = new Array<number>(points.length);
    for (let at = 0; at < points.length; at += 2) {
      found[at] = middleX + ((points[at] as number) - x) * scaleX;
      found[at + 1] = middleY - ((points[at + 1] as number) - y) * scaleY;
    }
    return found;
  }

  /** The offset under a pixel. */
  placeAt(px: number, py: number): [number, number] {
    return [
      this.#x + (px - this.#pixels.width / 2) / this.scaleX,
      this.#y - (py - this.#pixels.height / 2) / this.scaleY,
    ];
  }

  fit(): void {
    this.#scale = 0;
    this.#keep();
  }

  /** Moves what is seen by pixels to the right and down. */
  pan(dx: number, dy: number): void {
    this.#x += dx / this.scaleX;
    this.#y -= dy / this.scaleY;
    this.#keep();
  }

  /** Zooms by a factor (above 1: nearer) so that the place under a pixel stays there. */
  zoom(factor: number, px = this.#pixels.width / 2, py = this.#pixels.height / 2): void {
    const [x, y] = this.placeAt(px, py);
    this.#scale = this.scaleX * factor;
    this.#keep();
    const [nowX, nowY] = this.placeAt(px, py);
    this.#x += x - nowX;
    this.#y += y - nowY;
    this.#keep();
  }

  centre(x: number, y: number): void {
    [this.#x, this.#y] = [x, y];
    this.#keep();
  }

  /** Shows a box with as much again on either side. */
  show({ west, east, south, north }: Bounds): void {
    const { width, height } = this.#pixels;
    const [spanX, spanY] = [Math.max(1, east - west), Math.max(1, north - south)];
    this.#scale = Math.min(width / (2 * spanX), height / (2 * spanY * this.#ratio));
    this.centre((west + east) / 2, (south + north) / 2);
  }

  /** Pixels a step at which all is in sight. */
  get #whole(): number {
    const { width, height } = this.#pixels;
    return Math.min(width / this.#extent.width, height / (this.#extent.height * this.#ratio));
  }

  /** Within what there is: at most a step as wide as it may be, and never beside the map. */
  #keep(): void {
    const most = Math.max(STEP_PIXELS_MAX, this.#whole);
    if (this.#scale > most) this.#scale = most;
    if (this.#scale < this.#whole) this.#scale = 0;
    const { width, height } = this.#extent;
    this.#x = within(this.#x, this.#pixels.width / 2 / this.scaleX, width);
    this.#y = within(this.#y, this.#pixels.height / 2 / this.scaleY, height);
  }
}

/** So that what is seen, `half` on either side, begins and ends in [0, length]; in the middle where it is longer. */
function within(at: number, half: number, length: number): number {
  return half * 2 >= length ? length / 2 : Math.min(Math.max(at, half), length - half);
}
