import type { MapContext } from './context.ts';
import type { PlaneScopes } from './plane-points.ts';

/** What every entry of a plane is read against. */
export interface PlaneContext extends MapContext {
  readonly axes: PlaneScopes;
}
