/**
 * RULES and NAMES, which are the same in every layout: zones, approaches, gap rules, and the ids of zones and gap rules.
 * docs/SPEC.md sections 2.4, 2.6.
 */
import {
  ACTION_CONTINUE, ACTION_NONE, BODY_HAS_APPROACH, BODY_HEADER, BODY_HEADER_AT_APPROACHES, BODY_HEADER_AT_AXES, BODY_HEADER_AT_RULES,
  BODY_HEADER_AT_ZONES, DIRECTORY, DONE, IMAGE_HEADER_BYTES, NAMES_WRONG, NAME_BYTES_MAX, RULES_WRONG, RULE_AT_ID, RULE_AT_LIMIT,
  RULE_BYTES, RULE_HAS_LIMIT, RULE_KIND_APPROACH, RULE_KIND_GAP, RULE_KIND_ZONE,
} from '../format';
import { MORE } from '../refusal';
import { Examination } from './examination';
import { bodyWord, readByte } from './reader';
import { characterBytes } from './text';

function ruleAt(image: Examination, index: u32): u32 {
  return image.rulesOffset + index * RULE_BYTES;
}

function idOf(image: Examination, index: u32): u32 {
  return bodyWord(image, ruleAt(image, index) + RULE_AT_ID);
}

function limitOf(image: Examination, index: u32): i32 {
  return i32(bodyWord(image, ruleAt(image, index) + RULE_AT_LIMIT));
}

/** The numbers of rules in the header. Gives DONE or the refusal. */
export function examineRuleCounts(image: Examination): u32 {
  image.rules = bodyWord(image, BODY_HEADER_AT_RULES);
  image.zones = bodyWord(image, BODY_HEADER_AT_ZONES);
  const approaches = bodyWord(image, BODY_HEADER_AT_APPROACHES);
  if (image.rules == 0 || image.zones > image.rules || approaches > image.rules - image.zones) return BODY_HEADER;
  image.covering = image.zones + approaches;
  const flags = bodyWord(image, BODY_HEADER_AT_AXES) >>> 16;
  return flags == (approaches != 0 ? BODY_HAS_APPROACH : 0) ? DONE : BODY_HEADER;
}

/** Whether RULES is as long as the header says. Gives DONE or the refusal. */
export function examineRulesBytes(image: Examination): u32 {
  return image.rules > u32.MAX_VALUE / RULE_BYTES || image.rulesBytes != image.rules * RULE_BYTES ? DIRECTORY : DONE;
}

/** The action of a rule that there is. */
export function actionOfRule(image: Examination, index: u32): u32 {
  return (bodyWord(image, ruleAt(image, index)) >>> 8) & 0xff;
}

/** Begins with RULES, of which `nextRule` is examined next. */
export function examineRulesBegin(image: Examination): void {
  image.nextRule = 0;
  image.zoneAt = 0;
}

/** Examines the next rule. Gives MORE, DONE after the last, or the refusal. */
export function examineNextRule(image: Examination): u32 {
  const index = image.nextRule;
  if (index >= image.rules) return DONE;
  const isApproach = index >= image.zones && index < image.covering;
  if (isApproach && idOf(image, image.zoneAt) != idOf(image, index)) {
    image.zoneAt++;
    return image.zoneAt < image.zones ? MORE : RULES_WRONG;
  }
  image.nextRule++;
  const refusal = isApproach ? examineApproach(image, index) : examineRule(image, index);
  return refusal == DONE ? MORE : refusal;
}

/** A zone or a gap rule. Gives DONE or the refusal. */
function examineRule(image: Examination, index: u32): u32 {
  const head = bodyWord(image, ruleAt(image, index));
  const action = (head >>> 8) & 0xff;
  const tier = (head >>> 16) & 0xff;
  const flags = head >>> 24;
  if (flags > RULE_HAS_LIMIT || (flags == 0 && limitOf(image, index) != 0)) return RULES_WRONG;
  if (index < image.zones) return (head & 0xff) == RULE_KIND_ZONE && action == ACTION_NONE ? DONE : RULES_WRONG;
  return (head & 0xff) == RULE_KIND_GAP && action <= ACTION_CONTINUE && tier == 0 ? DONE : RULES_WRONG;
}

/** An approach to what lies ahead in the zone at `zoneAt`: like its zone, but for a lower limit. Gives DONE or the refusal. */
function examineApproach(image: Examination, index: u32): u32 {
  const head = bodyWord(image, ruleAt(image, index));
  const zone = bodyWord(image, ruleAt(image, image.zoneAt));
  const wanted = RULE_KIND_APPROACH | (zone & 0xffff00) | (RULE_HAS_LIMIT << 24);
  if (head != wanted) return RULES_WRONG;
  const limit = limitOf(image, index);
  if (zone >>> 24 != 0 && limit >= limitOf(image, image.zoneAt)) return RULES_WRONG;
  const isFirst = index == image.zones || idOf(image, index - 1) != idOf(image, index);
  return isFirst || limit > limitOf(image, index - 1) ? DONE : RULES_WRONG;
}

/** Of a name, looked at in a step: with those of many bytes, as long as any other. */
const CHARACTERS_A_STEP: u32 = 2;

/** Begins with NAMES, of which that of `nextRule` is examined next. */
export function examineNamesBegin(image: Examination): void {
  image.nextRule = 0;
  image.nameAt = 0;
  image.textAt = 0;
}

/** Examines the name of the next zone or gap rule. Gives MORE, DONE after the last, or the refusal. */
export function examineNextName(image: Examination): u32 {
  if (image.nextRule == image.zones) image.nextRule = image.covering;
  if (image.textAt < image.nameAt) return examineCharacters(image);
  if (image.nextRule >= image.rules) return examineNamesEnd(image);
  const refusal = examineName(image, image.nextRule++);
  return refusal == DONE ? MORE : refusal;
}

function nameByte(image: Examination, at: u32): u32 {
  return readByte(image, IMAGE_HEADER_BYTES + image.namesOffset + at);
}

/** The name of a rule, which must stand at `nameAt`. Gives DONE or the refusal. */
function examineName(image: Examination, index: u32): u32 {
  const nameAt = image.nameAt;
  if (idOf(image, index) != nameAt || nameAt >= image.namesBytes) return NAMES_WRONG;
  const bytes = nameByte(image, nameAt);
  if (bytes == 0 || bytes > NAME_BYTES_MAX || bytes >= image.namesBytes - nameAt) return NAMES_WRONG;
  image.textAt = nameAt + 1;
  image.nameAt = nameAt + 1 + bytes;
  return DONE;
}

/** Some characters more of the name at hand. Gives MORE or the refusal. */
function examineCharacters(image: Examination): u32 {
  for (let i: u32 = 0; i < CHARACTERS_A_STEP && image.textAt < image.nameAt; i++) {
    const at = IMAGE_HEADER_BYTES + image.namesOffset + image.textAt;
    const bytes = characterBytes(image, at, image.nameAt - image.textAt);
    if (bytes == 0) return NAMES_WRONG;
    image.textAt += bytes;
  }
  return MORE;
}

/** After the last name less than a word of zeros. Gives DONE or the refusal. */
function examineNamesEnd(image: Examination): u32 {
  const left = image.namesBytes - image.nameAt;
  if (left > 3) return NAMES_WRONG;
  for (let i: u32 = 0; i < left; i++) if (nameByte(image, image.nameAt + i) != 0) return NAMES_WRONG;
  return DONE;
}
