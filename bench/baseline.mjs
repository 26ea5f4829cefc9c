/** The best plain JavaScript for the job of `check` on a line: range, then a binary search over typed arrays, then the word. */

const OUTSIDE = 0x43ffffff;

/** Branchy, leaves early never: the usual upper bound. */
export function branchy(starts, words, min, max) {
  return (phase, x) => {
    if (x < min || x >= max || phase !== 0) return OUTSIDE;
    let low = 0;
    let high = starts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (starts[middle] <= x) low = middle;
      else high = middle;
    }
    return words[low];
  };
}

/** Halving with a conditional add, which engines turn into a conditional move. */
export function halving(starts, words, min, max) {
  return (phase, x) => {
    if (x < min || x >= max || phase !== 0) return OUTSIDE;
    let low = 0;
    for (let left = starts.length; left > 1; ) {
      const half = left >>> 1;
      low = starts[low + half] <= x ? low + half : low;
      left -= half;
    }
    return words[low];
  };
}
