/**
 * The suites of the tests: each folder of test/ that holds suites is a project of its name, so that none is ever left out. Here stands
 * what each is about, and which programs of the system it runs.
 */
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const TESTS = join(ROOT, 'test');

/** Programs by the names they go by, and the Debian packages that bring each. */
const PROGRAMS = {
  chromium: {
    names: ['chromium', 'chromium-browser', 'google-chrome'],
    packages: ['chromium'],
  },
  arm: { names: ['arm-none-eabi-gcc'], packages: ['gcc-arm-none-eabi', 'libnewlib-arm-none-eabi'] },
  riscv: {
    names: ['riscv64-unknown-elf-gcc'],
    packages: ['gcc-riscv64-unknown-elf', 'picolibc-riscv64-unknown-elf'],
  },
  avr: { names: ['avr-g++'], packages: ['gcc-avr', 'avr-libc', 'arduino-core-avr'] },
  qemu: { names: ['qemu-system-riscv32'], packages: ['qemu-system-misc'] },
  qemuArm: { names: ['qemu-system-arm'], packages: ['qemu-system-arm'] },
  gcc: { names: ['gcc'], packages: ['gcc', 'libc6-dev'] },
  clang: { names: ['clang'], packages: ['clang'] },
  cmake: { names: ['cmake'], packages: ['cmake'] },
  make: { names: ['make'], packages: ['make'] },
};

/** A folder that is not named here needs no program. */
const KNOWN = {
  bench: {
    about: 'the benches run to their end, and what is exact in them holds',
    programs: ['arm', 'riscv'],
  },
  browser: { about: 'the audit page in Chromium', programs: ['chromium'] },
  docs: { about: 'what documents show is what one gets', programs: [] },
  e2e: {
    about: 'the command and every controller, over pseudo-terminals',
    programs: ['arm', 'riscv', 'qemu', 'qemuArm'],
  },
  fleet: {
    about: 'plants: inventory, signed states, cells, and the command of the fleet',
    programs: ['arm', 'chromium'],
  },
  machine: {
    about: 'bounds of the linked program, against emulator and oracle',
    programs: ['arm', 'riscv', 'qemu'],
  },
  host: { about: 'source, compiler, image, audit, client, command', programs: [] },
  package: {
    about: 'what npm packs, installed elsewhere: every verb; and the release script',
    programs: ['arm'],
  },
  proof: { about: 'the core against its oracles: answers, updates, power cuts', programs: [] },
  releases: {
    about: 'start, check and the end-to-end suite under each supported release of Node, fetched from npm',
    programs: ['arm', 'riscv', 'qemu', 'qemuArm'],
  },
  targets: {
    about: 'firmware, boards in their emulators, the C library',
    programs: ['arm', 'riscv', 'avr', 'qemu', 'qemuArm', 'gcc', 'clang', 'cmake', 'make'],
  },
  tidy: { about: 'the rooms and their ladders, and these projects', programs: [] },
  timing: { about: 'the prover, and mutants that it declines', programs: [] },
  wire: { about: 'the protocol: recorded, hostile, and over a line that fails', programs: [] },
};

/** Every project, in the order of names: its name, what it is about, and its programs with their packages. */
export const PROJECTS = readdirSync(TESTS, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && holdsSuites(join(TESTS, entry.name)))
  .map(({ name }) => ({
    name,
    about: KNOWN[name]?.about ?? '',
    programs: (KNOWN[name]?.programs ?? []).map((program) => PROGRAMS[program]),
  }))
  .sort((a, b) => (a.name < b.name ? -1 : 1));

function holdsSuites(folder) {
  return readdirSync(folder, { recursive: true }).some((name) => name.endsWith('.test.ts'));
}
