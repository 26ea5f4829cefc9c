/** The machine under a core that runs in memory. */
import type { SimulatedFlash } from './flash.ts';
import type { Port } from './port.ts';

/**
 * A port over flash in memory: the line takes all and keeps nothing, nothing is parked, no time passes, a reset is not heard. What `own`
 * names stands in place of that.
 */
export function memoryPort(
  flash: Pick<SimulatedFlash, 'read' | 'erase' | 'program'>,
  own: Partial<Port> = {},
): Port {
  return {
    flashRead: (area, offset, destination) => flash.read(area, offset, destination),
    flashErase: (area, offset) => flash.erase(area, offset),
    flashProgram: (area, offset, source) => flash.program(area, offset, source),
    serialWrite: (bytes) => bytes.length,
    safeInput: () => false,
    ticks: () => 0,
    reset: () => {},
    ...own,
  };
}
