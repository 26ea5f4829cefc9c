import type { Command } from 'commander';
import { openAnyMap } from '../common/map-file.ts';
import { register as registerCheck } from './check.ts';

/** `holdfast check` with the compiler at hand, so that it takes sources too. */

export function register(program: Command): void {
  registerCheck(program, openAnyMap);
}
