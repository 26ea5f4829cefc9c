import type { Command } from 'commander';
import { parseNamedPlace } from '../../core/named-places.ts';
import { openMap } from '../common/map-file.ts';
import { register as registerCheck } from './check.ts';
import { answerPoints } from './check-points.ts';

/** `holdfast check` with the compiler at hand, so that it takes sources and tables of points too. */

export function register(program: Command): void {
  registerCheck(program, { open: openMap, readPlace: parseNamedPlace, answerPoints });
}
