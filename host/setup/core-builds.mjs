/** The builds of the core, as the tables of format/ say: what the compiler is told of each, and where it leaves it. */
import { readTables } from '../../format/read.mjs';

const PAGE_BYTES = 0x10000;

/** `{ name, product, options }` of each build: the wasm's path in the package, and options of AssemblyScript's compiler. */
export function coreBuilds() {
  const { builds, limits, constants, memory } = readTables(new URL('../../format/', import.meta.url));
  const arenaBytes = limits.find(({ name }) => name === 'ARENA_BYTES').values;
  const compact = limits.find(({ name }) => name === 'COMPACT').values;
  const behind = constants.find(({ name }) => name === 'BEHIND_ARENA_BYTES').value;
  return builds.map(({ name, defines }) => {
    const product = `build/${name}.wasm`;
    const pages = String(Math.ceil((memory[name].arena + arenaBytes[name] + behind) / PAGE_BYTES));
    const options = [
      ...[
        '--config',
        'asconfig.json',
        '--transform',
        './host/setup/keep-calls.mjs',
        '--outFile',
        product,
        '--textFile',
        `build/${name}.wat`,
      ],
      ...['--memoryBase', String(memory[name].constants)],
      ...['--initialMemory', pages, '--maximumMemory', pages],
      ...[
        '--use',
        [
          'abort=',
          ...(defines === undefined ? [] : [`${defines}=1`]),
          ...(compact[name] ? ['COMPACT_CODE=1'] : []),
        ].join(),
      ],
    ];
    return { name, product, options };
  });
}
