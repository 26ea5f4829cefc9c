/** A clock of tests. */
export { SimulatedClock } from '../../sim/drill/simulated-clock.ts';
