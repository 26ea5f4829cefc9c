import { HoldfastError } from '../../common/errors.ts';
import { type Elf, MACHINE_ARM, MACHINE_RISCV } from '../../firmware/elf.ts';
import type { Architecture } from './architecture.ts';
import {
  type ArmCore,
  CORTEX_M0,
  CORTEX_M0PLUS,
  CORTEX_M3,
  CORTEX_M4,
  WITHOUT_FLASH_WAITS,
} from './cores-arm.ts';
import { HAZARD3, HAZARD3_VIRT, IBEX, PICORV32, type RiscvCore } from './cores-riscv.ts';
import { riscvArchitecture } from './riscv-machine.ts';
import { thumbArchitecture } from './thumb-machine.ts';

/** The cores that there are tables of; the first of an architecture is taken where nobody names one. */

export type Core = ArmCore | RiscvCore;

export const CORES: readonly Core[] = [
  CORTEX_M0PLUS,
  CORTEX_M0,
  CORTEX_M3,
  CORTEX_M4,
  WITHOUT_FLASH_WAITS,
  HAZARD3,
  IBEX,
  PICORV32,
  HAZARD3_VIRT,
];

const MACHINES: Readonly<Record<Core['architecture'], number>> = {
  'armv6-m': MACHINE_ARM,
  rv32imc: MACHINE_RISCV,
};

/** The core of that name, or the usual one for the file. Throws HoldfastError CORE_UNKNOWN. */
export function coreFor({ machine }: Elf, name: string | undefined): Core {
  const fitting = CORES.filter(({ architecture }) => MACHINES[architecture] === machine);
  const core = fitting.find(({ id }) => name === undefined || id === name);
  if (core !== undefined) return core;
  const isNamed = CORES.some(({ id }) => id === name);
  const names = (isNamed && fitting.length > 0 ? fitting : CORES).map(({ id }) => id).join(', ');
  const what =
    fitting.length === 0
      ? `The file is for a processor (ELF machine ${machine}) of which there is no table.`
      : isNamed
        ? `The file is not for a ${name}.`
        : `There is no table of a core ${name}.`;
  throw new HoldfastError('CORE_UNKNOWN', what, { remedy: `Cores: ${names}.` });
}

export function architectureOf(core: Core): Architecture {
  return core.architecture === 'armv6-m' ? thumbArchitecture(core) : riscvArchitecture(core);
}
