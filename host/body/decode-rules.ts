import { ACTION, NAME_BYTES_MAX, RULE_AT, RULE_BYTES, RULE_HAS_LIMIT, RULE_KIND } from '../format.ts';
import { viewOf } from './bytes.ts';
import { decodeText } from './decode-axis.ts';
import type { BodyHeader } from './decode-header.ts';
import type { SectionBytes } from './decode-table.ts';
import { imageError } from './errors.ts';
import type { Rule } from './partition.ts';
import { actionName } from './words.ts';

/** RULES and NAMES of a body, SPEC sections 2.4 and 2.6. */

/** The rules with their ids, zones first. Throws HoldfastError IMAGE_RULES or IMAGE_NAMES. */
export function decodeRules(header: BodyHeader, rules: SectionBytes, names: SectionBytes): Rule[] {
  if (rules.bytes.length !== header.rules * RULE_BYTES) {
    throw imageError('IMAGE_RULES', 'RULES is not as long as the number of rules', rules.offset);
  }
  const nameReader = new NameReader(names);
  const view = viewOf(rules.bytes);
  const decoded = Array.from({ length: header.rules }, (_, index) => {
    const id = nameReader.next(view.getUint32(index * RULE_BYTES + RULE_AT.id, true));
    return decodeRule(view, index, index < header.zones, id, rules.offset + index * RULE_BYTES);
  });
  nameReader.checkEnd();
  return decoded;
}

function decodeRule(view: DataView, index: number, isZone: boolean, id: string, offset: number): Rule {
  const at = index * RULE_BYTES;
  const kind = view.getUint8(at + RULE_AT.kind);
  const actionOrNone = view.getUint8(at + RULE_AT.action);
  const tier = view.getUint8(at + RULE_AT.tier);
  const flags = view.getUint8(at + RULE_AT.flags);
  const value = view.getInt32(at + RULE_AT.limit, true);
  if (flags > RULE_HAS_LIMIT || (flags === 0 && value !== 0)) {
    throw imageError('IMAGE_RULES', `rule ${index} has a wrong limit`, offset + RULE_AT.flags);
  }
  const limit = flags === 0 ? null : value;
  if (isZone) {
    if (kind === RULE_KIND.zone && actionOrNone === ACTION.none) return { kind: 'zone', id, tier, limit };
    throw imageError('IMAGE_RULES', `rule ${index} should be a zone`, offset);
  }
  const action = actionName(actionOrNone);
  if (kind === RULE_KIND.gap && action !== undefined && tier === 0) return { kind: 'gap', id, action, limit };
  throw imageError('IMAGE_RULES', `rule ${index} should be a gap rule`, offset);
}

class NameReader {
  readonly #names: SectionBytes;
  #at = 0;

  constructor(names: SectionBytes) {
    this.#names = names;
  }

  /** The name at `at`, which must be the next one. */
  next(at: number): string {
    const { bytes, offset } = this.#names;
    const length = bytes[at] ?? 0;
    const end = at + 1 + length;
    if (at !== this.#at || length < 1 || length > NAME_BYTES_MAX || end > bytes.length) {
      throw imageError('IMAGE_NAMES', 'NAMES is not in the order of the rules', offset + this.#at);
    }
    this.#at = end;
    return decodeText(bytes.subarray(at + 1, end), offset + at);
  }

  checkEnd(): void {
    const { bytes, offset } = this.#names;
    const rest = bytes.subarray(this.#at);
    if (rest.length < 4 && rest.every((byte) => byte === 0)) return;
    throw imageError('IMAGE_NAMES', 'bytes after the last name', offset + this.#at);
  }
}
