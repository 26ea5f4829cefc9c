/** RULES and NAMES, which are the same in every layout: zones, then gap rules, and the ids of both. docs/SPEC.md sections 2.4, 2.6. */
import {
  ACTION_CONTINUE, ACTION_NONE, DIRECTORY, DONE, IMAGE_HEADER_BYTES, NAMES_WRONG, NAME_BYTES_MAX, RULES_WRONG, RULE_AT_ID, RULE_AT_LIMIT,
  RULE_BYTES, RULE_HAS_LIMIT, RULE_KIND_GAP, RULE_KIND_ZONE,
} from '../format';
import { Examination } from './examination';
import { bodyWord, readByte } from './reader';

function ruleAt(image: Examination, index: u32): u32 {
  return image.rulesOffset + index * RULE_BYTES;
}

/** Whether RULES is as long as the header says. Gives DONE or the refusal. */
export function examineRulesBytes(image: Examination): u32 {
  return u64(image.rulesBytes) != u64(image.rules) * RULE_BYTES ? DIRECTORY : DONE;
}

/** The action of a rule that there is. */
export function actionOfRule(image: Examination, index: u32): u32 {
  return (bodyWord(image, ruleAt(image, index)) >>> 8) & 0xff;
}

/** One rule. Gives DONE or the refusal. */
export function examineRule(image: Examination, index: u32): u32 {
  const at = ruleAt(image, index);
  const head = bodyWord(image, at);
  const action = (head >>> 8) & 0xff;
  const tier = (head >>> 16) & 0xff;
  const flags = head >>> 24;
  if (flags > RULE_HAS_LIMIT || (flags == 0 && bodyWord(image, at + RULE_AT_LIMIT) != 0)) return RULES_WRONG;
  if (index < image.zones) return (head & 0xff) == RULE_KIND_ZONE && action == ACTION_NONE ? DONE : RULES_WRONG;
  return (head & 0xff) == RULE_KIND_GAP && action <= ACTION_CONTINUE && tier == 0 ? DONE : RULES_WRONG;
}

function nameByte(image: Examination, at: u32): u32 {
  return readByte(image, IMAGE_HEADER_BYTES + image.namesOffset + at);
}

/** The name of a rule, which must stand at `nameAt`. Gives DONE or the refusal. */
export function examineName(image: Examination, index: u32): u32 {
  const nameAt = image.nameAt;
  if (bodyWord(image, ruleAt(image, index) + RULE_AT_ID) != nameAt || nameAt >= image.namesBytes) return NAMES_WRONG;
  const bytes = nameByte(image, nameAt);
  if (bytes == 0 || bytes > NAME_BYTES_MAX || bytes >= image.namesBytes - nameAt) return NAMES_WRONG;
  image.nameAt = nameAt + 1 + bytes;
  return DONE;
}

/** After the last name less than a word of zeros. Gives DONE or the refusal. */
export function examineNamesEnd(image: Examination): u32 {
  if (image.namesBytes - image.nameAt > 3) return NAMES_WRONG;
  for (let at = image.nameAt; at < image.namesBytes; at++) if (nameByte(image, at) != 0) return NAMES_WRONG;
  return DONE;
}
