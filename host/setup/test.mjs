/**
 * Checks, one after the other: style, types, the specs of the core, and the suites of the host.
 *
 *     npm test                        all of them
 *     npm test -- host wire           these projects of test/, and no program that they do not run
 *     npm test -- host -- -t words    what follows is for vitest
 *     npm run check                   what needs no other program: style, types, specs and the suites of the host
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { buildFleet, installFleet } from '../../fleet/setup/prepare.mjs';
import { ensureCommand } from './packages.mjs';
import { PROJECTS, ROOT } from './projects.mjs';

const CHECKS = [
  { name: 'style', about: 'Biome', command: ['node_modules/@biomejs/biome/bin/biome', 'check', '.'] },
  {
    name: 'types',
    about: 'TypeScript, tests and benches included',
    command: ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'test/tsconfig.json'],
  },
  {
    name: 'types-fleet',
    about: 'TypeScript of the fleet and its tests',
    command: ['node_modules/typescript/bin/tsc', '--noEmit', '-p', 'test/fleet/tsconfig.json'],
  },
  {
    name: 'specs',
    about: 'the core in its own language (as-pect)',
    command: ['node_modules/@as-pect/cli/bin/asp.js', '--summary', '--no-logo'],
  },
];
/** Ticks a second in which Linux counts what processes took. */
const TICKS_A_SECOND = 100;

const USAGE = `npm test [-- NAME… [-- OPTIONS OF VITEST]]

Without a name, all checks run. Names:
${[...CHECKS, ...PROJECTS].map(({ name, about }) => `  ${name.padEnd(10)}${about}`).join('\n')}`;

const { names, options } = readArguments(process.argv.slice(2));
const isNamed = ({ name }) => names.length === 0 || names.includes(name);
const projects = PROJECTS.filter(isNamed);
const suites = projects.flatMap(({ name }) => ['--project', name]);
const checks = CHECKS.filter(isNamed);
if (projects.length > 0) {
  const command = ['node_modules/vitest/vitest.mjs', 'run', ...suites, ...options];
  checks.push({ name: `suites (${projects.map(({ name }) => name).join(', ')})`, command });
}
if (names.length === 0 || names.some((name) => name.endsWith('fleet'))) prepareFleet();
installPrograms(projects.flatMap(({ programs }) => programs));
process.exit(runAll(checks) ? 0 : 1);

/** Names, and what follows a `--` of its own. Ends the process when help was asked for, or a name does not exist. */
function readArguments(given) {
  const end = given.includes('--') ? given.indexOf('--') : given.length;
  const known = [...CHECKS, ...PROJECTS].map(({ name }) => name);
  const wanted = given.slice(0, end);
  if (wanted.includes('--help') || wanted.includes('-h')) {
    console.log(USAGE);
    process.exit(0);
  }
  const unknown = wanted.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    console.error(`No such project: ${unknown.join(', ')}.\n\n${USAGE}`);
    process.exit(2);
  }
  return { names: wanted, options: given.slice(end + 1) };
}

/** The fleet is a package of its own, which nothing else needs. Ends the process when it cannot be installed or built. */
function prepareFleet() {
  installFleet();
  buildFleet();
}

/** Each program once. Ends the process when one is missing and cannot be installed. */
function installPrograms(programs) {
  for (const { names: commands, packages } of new Set(programs)) {
    try {
      ensureCommand(commands, packages);
    } catch (error) {
      console.error(error.message);
      process.exit(1);
    }
  }
}

/** Whether all of them passed. What each took is told at the end. */
function runAll(toRun) {
  const results = toRun.map(({ name, command }) => {
    console.error(`\n== ${name}`);
    const [startMs, startCpu] = [performance.now(), childSeconds()];
    const { status } = spawnSync(process.execPath, command, { cwd: ROOT, stdio: 'inherit' });
    return {
      name,
      passed: status === 0,
      seconds: (performance.now() - startMs) / 1000,
      cpu: childSeconds() - startCpu,
    };
  });
  console.error('');
  for (const { name, passed, seconds, cpu } of results)
    console.error(`${passed ? 'passed' : 'FAILED'}  ${took(seconds, cpu)}  ${name}`);
  const total = (of) => results.reduce((sum, each) => sum + each[of], 0);
  const passed = results.every((each) => each.passed);
  console.error(`${passed ? 'passed' : 'FAILED'}  ${took(total('seconds'), total('cpu'))}  together`);
  return passed;
}

function took(seconds, cpu) {
  const time = (value) => `${value.toFixed(1).padStart(6)} s`;
  return Number.isNaN(cpu) ? time(seconds) : `${time(seconds)}, ${time(cpu)} of CPU`;
}

/** Processor time of all processes that have ended below this one, user and system, in seconds; NaN where the system does not tell. */
function childSeconds() {
  try {
    const fields = readFileSync('/proc/self/stat', 'utf8').split(') ').pop().split(' ');
    // proc(5): cutime and cstime are fields 16 and 17, of which the first two are cut off here.
    return (Number(fields[13]) + Number(fields[14])) / TICKS_A_SECOND;
  } catch {
    return Number.NaN;
  }
}
