/** The map of an edition as constants of C, so that firmware names its rules, its axis and its tiers: `holdfast_map.h`. */

import { toHex } from '../body/bytes.ts';
import type { Partition, Rule } from '../body/partition.ts';
import { stepName } from '../source/axis-words.ts';

const INT64_MIN = -(2n ** 63n);
const INT32_MIN = -(2 ** 31);

/** What targets/library/holdfast_map.h names, for an edition and its hash. */
export function mapValues(partition: Partition, hash: Uint8Array): Record<string, string> {
  const { axis, units, rules } = partition;
  const names = ruleNames(rules);
  return {
    MAP_ID: literal(partition.map),
    MAP_DEVICE: literal(partition.device),
    MAP_EPOCH: String(partition.epoch),
    MAP_SHA256: toHex(hash),
    MAP_WORDS: comment(`${partition.map}, epoch ${partition.epoch}`),
    MAP_STEP: comment(stepName(axis)),
    MAP_AXIS: literal(axis.name),
    MAP_UNIT: literal(axis.unit),
    MAP_SCALE: String(axis.scale),
    MAP_IS_TIME: axis.kind === 'time' ? '1' : '0',
    MAP_WRAPS: axis.wraps ? '1' : '0',
    MAP_ORIGIN: int64(axis.origin),
    MAP_MIN: int32(axis.min),
    MAP_MAX: int32(axis.max),
    MAP_SOURCE_MIN: int64(axis.origin + BigInt(axis.min)),
    MAP_SOURCE_MAX: int64(axis.origin + BigInt(axis.max)),
    MAP_PHASE_PERIOD: String(partition.phasePeriod),
    MAP_PHASE_UNIT: literal(units.phase.unit),
    MAP_PHASE_SCALE: String(units.phase.scale),
    MAP_LIMIT_UNIT: literal(units.limit ?? ''),
    MAP_RULES: String(rules.length),
    MAP_RULE_ENTRIES: rules
      .map(
        (rule, index) => `  HOLDFAST_MAP_${names[index]} = ${index}, /* ${ruleWords(rule, units.limit)} */`,
      )
      .join('\n'),
    MAP_TIER_ENTRIES: rules
      .flatMap((rule, index) =>
        rule.kind === 'gap' ? [] : [`  HOLDFAST_MAP_TIER_OF_${names[index]} = ${rule.tier}`],
      )
      .concat('  HOLDFAST_MAP_TIER_NONE = -1')
      .join(',\n'),
  };
}

/**
 * Names of rules for C, one each: kind and id in capitals, with an underscore for what no name of C may hold. Approaches have the id of
 * their zone, and several ids may come to one name: then the number of the rule is part of it.
 */
function ruleNames(rules: readonly Rule[]): readonly string[] {
  const plain = rules.map(({ kind, id }) => `${kind}_${id}`.toUpperCase().replace(/[^A-Z0-9]/g, '_'));
  const counts = new Map<string, number>();
  for (const name of plain) counts.set(name, (counts.get(name) ?? 0) + 1);
  const taken = new Set(plain.filter((name) => counts.get(name) === 1));
  return plain.map((name, index) => {
    if (counts.get(name) === 1) return name;
    let own = `${name}_RULE_${index}`;
    while (taken.has(own)) own += '_';
    taken.add(own);
    return own;
  });
}

function ruleWords(rule: Rule, unit: string | null): string {
  const limit = rule.limit === null ? 'no limit' : `limit ${rule.limit}${unit === null ? '' : ` ${unit}`}`;
  const what = rule.kind === 'gap' ? rule.action : `tier ${rule.tier}`;
  return comment(`${rule.id}: ${what}, ${limit}`);
}

/** Text that ends no comment and begins none, and that every compiler reads. */
function comment(text: string): string {
  return text
    .replace(/[^ -~]/g, '?')
    .replaceAll('*/', '* /')
    .replaceAll('/*', '/ *')
    .replace(/\?(?=\?)/g, '? ');
}

/** A string of C: UTF-8, with everything but plain characters as octal, which ends after three digits. */
function literal(text: string): string {
  const escaped = [...Buffer.from(text)].map((byte) => {
    const character = String.fromCharCode(byte);
    return /[ !#-.0-9:->@-[\]-~/]/.test(character) ? character : `\\${byte.toString(8).padStart(3, '0')}`;
  });
  return `"${escaped.join('')}"`;
}

/** The least number has no literal of its own. */
function int64(value: bigint): string {
  return value === INT64_MIN ? `(-INT64_C(${-INT64_MIN - 1n}) - 1)` : `INT64_C(${value})`;
}

function int32(value: number): string {
  return value === INT32_MIN ? `(-${-INT32_MIN - 1} - 1)` : String(value);
}
