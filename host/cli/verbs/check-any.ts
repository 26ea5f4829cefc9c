import type { Command } from 'commander';
import { openMap } from '../common/map-file.ts';
import { register as registerCheck } from './check.ts';

/** `holdfast check` with the compiler at hand, so that it takes sources too. */

export function register(program: Command): void {
  registerCheck(program, openMap);
}
