import { U32_MAX } from '../common/integers.ts';
import { BURNED_KEYS_MAX, WINDOW_POLICY_NAMES } from '../format.ts';
import { Diagnostics } from '../source/diagnostics.ts';
import { type Budget, NO_BUDGET, readBudget } from '../source/edition.ts';
import { type Fields, readFields, readTextNode } from '../source/fields.ts';
import { fileReader, pathBeside, type SourceReader } from '../source/reader.ts';
import { readText, YAML_BYTES_MAX } from '../source/text.ts';
import { parseTree, type TreeNode } from '../source/tree.ts';
import { readAction, readBoolean, readChoice, readIdentity, readInteger } from '../source/values.ts';
import { BURNED_DEFAULTS, BURNED_RANGES, type BurnedConfig } from './burned-block.ts';
import { burnableKey } from './sign.ts';

/** The burned block as text, SPEC section 4: what `--config FILE` reads. */

const CONFIG_FIELDS = [
  'holdfast-firmware',
  'map',
  'device',
  'ticks-per-second',
  'checks-to-confirm',
  'trial-ticks',
  'lease-ticks',
  'budget',
  'fault',
  'hold',
  'window',
  'keys',
  'development',
];
const CONFIG_VERSION = '1';
const PEM_BYTES_MAX = 16 * 1024;

/**
 * Reads a configuration and the key files that it names, which stand beside it.
 * @throws SourceError with every mistake found.
 */
export async function readBurnedConfig(
  path: string,
  reader: SourceReader = fileReader,
): Promise<BurnedConfig> {
  const diagnostics = new Diagnostics();
  const config = await readConfig(path, reader, diagnostics);
  diagnostics.throwIfAny();
  if (config === undefined) throw new TypeError('a configuration without mistakes has a block');
  return config;
}

async function readConfig(
  path: string,
  reader: SourceReader,
  diagnostics: Diagnostics,
): Promise<BurnedConfig | undefined> {
  const namedAt = { file: path, line: 1, column: 1 };
  const file = { path, bytesMax: YAML_BYTES_MAX, namedAt, missing: 'FILE_MISSING' } as const;
  const text = await readText(reader, file, diagnostics);
  const tree = text === undefined ? undefined : parseTree(text, path, diagnostics);
  const fields = tree && readFields(tree, 'the configuration', CONFIG_FIELDS, diagnostics);
  if (fields === undefined) return undefined;
  const version = fields.need('holdfast-firmware');
  if (version !== undefined && (version.kind !== 'text' || version.text !== CONFIG_VERSION)) {
    const remedy = `Write "holdfast-firmware: ${CONFIG_VERSION}".`;
    diagnostics.add('FORMAT_VERSION', version.place, 'the version of the configuration is unknown', remedy);
    return undefined;
  }
  const keys = await readKeys(fields.get('keys'), path, reader, diagnostics);
  return makeConfig(fields, keys, diagnostics);
}

function makeConfig(fields: Fields, keys: readonly Uint8Array[], diagnostics: Diagnostics): BurnedConfig {
  const optional = <Value>(
    name: string,
    otherwise: Value,
    read: (node: TreeNode) => Value | undefined,
  ): Value => {
    const node = fields.get(name);
    return (node && read(node)) ?? otherwise;
  };
  const integer = (name: string, field: keyof typeof BURNED_RANGES): number => {
    const { least, most } = BURNED_RANGES[field];
    return optional<number>(name, BURNED_DEFAULTS[field], (node) =>
      readInteger(node, name, least, most, diagnostics),
    );
  };
  const action = (name: 'fault' | 'hold') =>
    optional(name, BURNED_DEFAULTS[name], (node) => readAction(node, name, diagnostics));
  const map = fields.need('map');
  const budget = optional<Budget>('budget', NO_BUDGET, (node) => readBudget(node, diagnostics, U32_MAX));
  return {
    map: (map && readIdentity(map, 'map', diagnostics)) ?? '',
    device: optional<string>('device', BURNED_DEFAULTS.device, (node) =>
      readIdentity(node, 'device', diagnostics),
    ),
    ticksPerSecond: integer('ticks-per-second', 'ticksPerSecond'),
    checksToConfirm: integer('checks-to-confirm', 'checksToConfirm'),
    trialTicks: integer('trial-ticks', 'trialTicks'),
    leaseTicks: integer('lease-ticks', 'leaseTicks'),
    ...budgetOf(budget),
    fault: action('fault'),
    hold: action('hold'),
    windowPolicy: optional('window', BURNED_DEFAULTS.windowPolicy, (node) =>
      readChoice(node, 'window', WINDOW_POLICY_NAMES, diagnostics),
    ),
    keys,
    development: optional<boolean>('development', BURNED_DEFAULTS.development, (node) =>
      readBoolean(node, 'development', diagnostics),
    ),
  };
}

/** In cycles: the costs are those of the first image, which `burnedWith` knows. */
function budgetOf({
  steps,
  cycles,
}: Budget): Pick<BurnedConfig, 'budgetLimit' | 'budgetBase' | 'costs' | 'budgetCycles'> {
  const { budgetLimit, budgetBase, costs } = BURNED_DEFAULTS;
  if (cycles === null) return { budgetLimit: steps ?? budgetLimit, budgetBase, costs };
  return { budgetLimit: cycles.check ?? budgetLimit, budgetBase, costs, budgetCycles: cycles };
}

async function readKeys(
  node: TreeNode | undefined,
  path: string,
  reader: SourceReader,
  diagnostics: Diagnostics,
): Promise<Uint8Array[]> {
  if (node === undefined) return [];
  const nodes = node.kind === 'list' ? node.items : [node];
  if (nodes.length > BURNED_KEYS_MAX) {
    const message = `${nodes.length} keys, more than ${BURNED_KEYS_MAX}`;
    diagnostics.add('TOO_MANY', node.place, message, 'Keep those that still sign.');
    return [];
  }
  const keys: Uint8Array[] = [];
  for (const item of nodes) {
    const key = await readKey(item, path, reader, diagnostics);
    if (key !== undefined) keys.push(key);
  }
  return keys;
}

/** The 32 bytes of the public key in the file that `node` names, which stands beside `path`; undefined after a mistake was reported. */
export async function readKey(
  node: TreeNode,
  path: string,
  reader: SourceReader,
  diagnostics: Diagnostics,
): Promise<Uint8Array | undefined> {
  const name = readTextNode(node, 'key', diagnostics);
  if (name === undefined) return undefined;
  const keyPath = pathBeside(path, name.text);
  const file = {
    path: keyPath,
    bytesMax: PEM_BYTES_MAX,
    namedAt: name.place,
    missing: 'FILE_MISSING',
  } as const;
  const pem = await readText(reader, file, diagnostics);
  if (pem === undefined) return undefined;
  try {
    return burnableKey(pem);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const remedy = 'Name the .pub.pem file that "holdfast keygen" made.';
    diagnostics.add('BAD_VALUE', name.place, `${keyPath} holds no public Ed25519 key: ${reason}`, remedy);
    return undefined;
  }
}
