/** as-pect: specs of the core's parts, in test/core, on a flash that lives in an array. */
const AREAS = 5;
const AREA_BYTES = 8192;
const ERASED = 0xff;

export default {
  entries: ['test/core/**/*.spec.ts'],
  include: [],
  disclude: [/node_modules/],
  async instantiate(memory, createImports, instantiate, binary) {
    const areas = Array.from({ length: AREAS }, () => new Uint8Array(AREA_BYTES).fill(ERASED));
    const at = (location, bytes) => new Uint8Array(memory.buffer, location, bytes);
    let budget = -1;
    let unstable = null;
    const spend = () => (budget < 0 ? true : budget-- > 0);
    const port = {
      flashRead: (area, offset, destination, bytes) => {
        if (offset + bytes > AREA_BYTES) return 1;
        at(destination, bytes).set(areas[area].subarray(offset, offset + bytes));
        const flipped = unstable?.area === area ? unstable.offset - offset : -1;
        if (flipped >= 0 && flipped < bytes) at(destination + flipped, 1)[0] ^= unstable.bits;
        return 0;
      },
      flashErase: (area, offset) => {
        if (!spend()) return 1;
        areas[area].fill(ERASED, offset, offset + 4096);
        return 0;
      },
      flashProgram: (area, offset, source, bytes) => {
        if (!spend()) return 1;
        at(source, bytes).forEach((byte, i) => {
          areas[area][offset + i] &= byte;
        });
        return 0;
      },
      serialWrite: (_source, bytes) => bytes,
      safeInput: () => 1,
      ticks: () => 0,
      reset: () => {},
      cycles: () => 0,
      cycleRate: () => 0,
      interrupts: () => {},
      timed: () => 0,
      /** For specs: bits of a byte that read differently from what was programmed; 0: none any more. */
      setUnstable: (area, offset, bits) => {
        unstable = bits === 0 ? null : { area, offset, bits };
      },
      /** For specs: what is programmed there, whether it is erased or not. */
      tear: (area, offset, byte) => {
        areas[area][offset] = byte;
      },
      /** For specs: how many flash operations still work; −1: all. */
      setBudget: (operations) => {
        budget = operations;
      },
    };
    return instantiate(binary, createImports({ env: { memory }, port }));
  },
  outputBinary: false,
};
