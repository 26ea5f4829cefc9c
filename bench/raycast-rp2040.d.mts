export type RaycastForm = 'plain' | 'prepared';
export const RAYCASTS: readonly RaycastForm[];

export interface RaycastPlane {
  readonly areas: readonly {
    readonly ring: readonly (readonly [x: number, y: number])[];
    readonly word: number;
  }[];
  readonly box: {
    readonly minX: number;
    readonly minY: number;
    readonly width: number;
    readonly height: number;
  };
  /** Words. */
  readonly outside: number;
  readonly rest: number;
}

export interface RaycastBench {
  ask(
    form: RaycastForm,
    phase: number,
    x: number,
    y: number,
  ): { readonly result: number; readonly cycles: number };
  prepare(form: RaycastForm): void;
}

export function raycastBench(plane: RaycastPlane): RaycastBench;
