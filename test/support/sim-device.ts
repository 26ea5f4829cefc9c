/** A device in memory, for tests. */
export { type CutKind, SimDevice, type SimOptions } from '../../sim/drill/sim-device.ts';
