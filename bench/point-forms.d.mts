import type { TableSaid } from '../host/source/table-said.ts';

export interface PointForm {
  readonly name: string;
  /** `line` where none is told. */
  readonly map?: 'line' | 'marks' | 'plane' | 'time';
  readonly header: string;
  readonly said?: TableSaid;
}
export declare const POINT_FORMS: readonly PointForm[];
export declare function tableOf(form: PointForm, points: number): string;
