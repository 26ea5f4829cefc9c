import { ACTION, NAME_BYTES_MAX, RULE_AT, RULE_BYTES, RULE_HAS_LIMIT, RULE_KIND } from '../format.ts';
import { viewOf } from './bytes.ts';
import type { RuleCounts } from './decode-fields.ts';
import type { SectionBytes } from './decode-table.ts';
import { imageError } from './errors.ts';
import type { Rule } from './partition.ts';
import { decodeText } from './text.ts';
import { actionName } from './words.ts';

/** RULES and NAMES of a body, SPEC sections 2.4 and 2.6. */

/** A rule before its name is known. */
interface Entry {
  readonly kind: number;
  readonly action: number;
  readonly tier: number;
  readonly limit: number | null;
  /** Of its name in NAMES. */
  readonly id: number;
}

/** The rules with their ids: zones, approaches, gap rules. Throws HoldfastError IMAGE_RULES or IMAGE_NAMES. */
export function decodeRules(header: RuleCounts, rules: SectionBytes, names: SectionBytes): Rule[] {
  const { zones, approaches } = header;
  const covering = zones + approaches;
  const entries: Entry[] = [];
  const zonesOf: number[] = [];
  let zone = 0;
  for (let index = 0; index < header.rules; index++) {
    const entry = decodeEntry(rules, index);
    entries.push(entry);
    const isApproach = index >= zones && index < covering;
    // Approaches are in the order of their zones.
    while (isApproach && zone < zones && entries[zone]?.id !== entry.id) zone++;
    zonesOf.push(zone);
    const before = index === zones ? undefined : entries[index - 1];
    const isRight = isApproach
      ? isApproachOf(entry, entries[zone]) && zone < zones && isBehind(entry, before)
      : index < zones
        ? entry.kind === RULE_KIND.zone && entry.action === ACTION.none
        : entry.kind === RULE_KIND.gap && actionName(entry.action) !== undefined && entry.tier === 0;
    if (!isRight)
      throw imageError('IMAGE_RULES', `rule ${index} is wrong`, rules.offset + index * RULE_BYTES);
  }
  const named = entries.filter((_, index) => index < zones || index >= covering);
  const ids = decodeNames(named, names);
  return entries.map((entry, index) => {
    const { tier, limit } = entry;
    const id = ids.get(entry.id) ?? '';
    if (index < zones) return { kind: 'zone', id, tier, limit };
    if (index < covering) return { kind: 'approach', zone: zonesOf[index] ?? 0, id, tier, limit: limit ?? 0 };
    return { kind: 'gap', id, action: actionName(entry.action) ?? 'stop', limit };
  });
}

function decodeEntry({ bytes, offset }: SectionBytes, index: number): Entry {
  const view = viewOf(bytes);
  const at = index * RULE_BYTES;
  const flags = view.getUint8(at + RULE_AT.flags);
  const value = view.getInt32(at + RULE_AT.limit, true);
  if (flags > RULE_HAS_LIMIT || (flags === 0 && value !== 0)) {
    throw imageError('IMAGE_RULES', `rule ${index} has a wrong limit`, offset + at + RULE_AT.flags);
  }
  return {
    kind: view.getUint8(at + RULE_AT.kind),
    action: view.getUint8(at + RULE_AT.action),
    tier: view.getUint8(at + RULE_AT.tier),
    limit: flags === 0 ? null : value,
    id: view.getUint32(at + RULE_AT.id, true),
  };
}

/** Like its zone, but for a lower limit. */
function isApproachOf(entry: Entry, zone: Entry | undefined): boolean {
  if (entry.kind !== RULE_KIND.approach || entry.action !== ACTION.none || entry.tier !== zone?.tier)
    return false;
  return entry.limit !== null && (zone.limit === null || entry.limit < zone.limit);
}

/** Of another zone than the rule before, or with a higher limit. */
function isBehind(entry: Entry, before: Entry | undefined): boolean {
  return before?.id !== entry.id || (entry.limit ?? 0) > (before.limit ?? 0);
}

/** The names of rules by their offsets, which must follow each other. */
function decodeNames(entries: readonly Entry[], { bytes, offset }: SectionBytes): Map<number, string> {
  const names = new Map<number, string>();
  let next = 0;
  for (const { id } of entries) {
    const length = bytes[id] ?? 0;
    const end = id + 1 + length;
    if (id !== next || length < 1 || length > NAME_BYTES_MAX || end > bytes.length)
      throw imageError('IMAGE_NAMES', 'NAMES is not in the order of the rules', offset + next);
    names.set(id, decodeText(bytes.subarray(id + 1, end), offset + id, 'IMAGE_NAMES'));
    next = end;
  }
  const rest = bytes.subarray(next);
  if (rest.length < 4 && rest.every((byte) => byte === 0)) return names;
  throw imageError('IMAGE_NAMES', 'bytes after the last name', offset + next);
}
