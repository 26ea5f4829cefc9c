/**
 * What an error says. Standard clients know the codes of their groups and no others, so groups 0, 1 and 10 refuse with those; group 78
 * refuses with the codes of docs/SPEC.md section 8, and tells that of the last error to whoever asks why: none where a standard code says
 * all.
 *
 *     v1  {rc, rsn?}        rsn: the name in words, of the refusal or of a code of group 1; not on an upload, where a client in the field
 *                           reads integers only
 *     v2  {err: {group, rc}}, or {rc} for what every group has
 */
import {
  DONE, ENUMERATION_ERROR_MAX, ENUMERATION_ERROR_V1, GROUP_ENUMERATION, GROUP_HOLDFAST, GROUP_IMAGE, GROUP_OS, IMAGE_ERROR_MAX,
  IMAGE_ERROR_V1, IMAGE_UPLOAD, KEY_CODE, KEY_ERR, KEY_GROUP, KEY_ID, KEY_RC, KEY_RSN, KEY_SEQ, LAST_LETTERS, LETTERS_A_WORD, LETTER_BITS,
  NAME_WORDS_MAX, OS_ERROR_MAX, OS_ERROR_V1, RC_UNKNOWN, REFUSAL_MAX, REFUSAL_STANDARD, STANDARD_IMAGE, V1_USER_ERRORS, imageErrorName,
  nameLetters, refusalName,
} from '../format';
import { beginMapAt, beginText, endNested, writeByte, writeUnsigned } from './reply';
import {
  END_MORE, END_REPLY, GENERIC, failedCode, failedGroup, failedRefusal, requestGroup, requestId, requestIsV1, requestSequence,
} from './request';

const LETTER_MASK: u32 = (1 << LETTER_BITS) - 1;
const LETTER_SPACE: u32 = 27;
const LETTER_BEFORE_A: u32 = 0x60;
const SPACE: u32 = 0x20;

let refused: u32 = 0;

// The last error, and the request that it answered.
let whyGroup: u32 = 0;
let whyId: u32 = 0;
let whySequence: u32 = 0;
let whyCode: u32 = DONE;

/** Requests that were answered with an error. */
export function refusedCount(): u32 {
  return refused;
}

/** Writes a part of the error that the request ended with. Gives END_MORE, or END_REPLY after the last. */
export function writeFailure(step: u32): u32 {
  const refusal = failedRefusal();
  if (step == 0) {
    refused++;
    remember(refusal);
    writeCode(refusal);
    return hasWords(refusal) && requestIsV1() && !isUpload() ? END_MORE : END_REPLY;
  }
  const name = refusal != DONE ? refusalName(refusal) : imageErrorName(failedCode());
  if (step == 1) {
    beginText(KEY_RSN, lettersOf(name));
    return END_MORE;
  }
  return writeLetters(nameLetters(name + step - 2)) ? END_REPLY : END_MORE;
}

function remember(refusal: u32): void {
  whyGroup = requestGroup();
  whyId = requestId();
  whySequence = requestSequence();
  whyCode = refusal;
}

function isUpload(): bool {
  return requestGroup() == GROUP_IMAGE && requestId() == IMAGE_UPLOAD;
}

function writeCode(refusal: u32): void {
  let group = failedGroup();
  let code = failedCode();
  if (refusal != DONE && requestGroup() != GROUP_HOLDFAST) {
    const standard: u32 = load<u8>(REFUSAL_STANDARD + min(refusal, REFUSAL_MAX));
    group = (standard & STANDARD_IMAGE) != 0 ? GROUP_IMAGE : GENERIC;
    code = standard & (STANDARD_IMAGE - 1);
  }
  if (group == GENERIC) {
    writeUnsigned(KEY_RC, code);
  } else if (requestIsV1()) {
    writeUnsigned(KEY_RC, inVersion1(group, code));
  } else {
    beginMapAt(KEY_ERR);
    writeUnsigned(KEY_GROUP, group);
    writeUnsigned(KEY_RC, code);
    endNested();
  }
}

/** Version 1 has no groups of errors: standard groups give the nearest plain code, as the reference server does. */
function inVersion1(group: u32, code: u32): u32 {
  if (group == GROUP_HOLDFAST) return V1_USER_ERRORS + code;
  if (group == GROUP_IMAGE) return load<u8>(IMAGE_ERROR_V1 + min(code, IMAGE_ERROR_MAX));
  if (group == GROUP_OS) return load<u8>(OS_ERROR_V1 + min(code, OS_ERROR_MAX));
  return group == GROUP_ENUMERATION ? load<u8>(ENUMERATION_ERROR_V1 + min(code, ENUMERATION_ERROR_MAX)) : RC_UNKNOWN;
}

/** Refusals have words, and so have the codes of the image group's own, those that only an upload ends with apart. */
function hasWords(refusal: u32): bool {
  return refusal != DONE || failedGroup() == GROUP_IMAGE;
}

/** Of all words of a name. */
function lettersOf(name: u32): u32 {
  let letters: u32 = 0;
  for (let i: u32 = 0; i < NAME_WORDS_MAX; i++) {
    const word = nameLetters(name + i);
    if ((word & LAST_LETTERS) != 0) return letters + lettersOfLast(word & ~LAST_LETTERS);
    letters += LETTERS_A_WORD;
  }
  return letters;
}

/** Of the last word, which alone may have room for more. */
function lettersOfLast(word: u32): u32 {
  let letters: u32 = 0;
  for (let rest = word; rest != 0; rest >>>= LETTER_BITS) letters++;
  return letters;
}

/** Gives whether they are the last of a name. */
function writeLetters(word: u32): bool {
  let rest = word & ~LAST_LETTERS;
  for (let i: u32 = 0; i < LETTERS_A_WORD; i++) {
    if (rest == 0) break;
    const letter = rest & LETTER_MASK;
    writeByte(letter == LETTER_SPACE ? SPACE : LETTER_BEFORE_A + letter);
    rest >>>= LETTER_BITS;
  }
  return (word & LAST_LETTERS) != 0;
}

/** What `why` answers: of which request, and the code of section 8; 0 before the first. */
export function writeWhy(step: u32): u32 {
  switch (step) {
    case 0: writeUnsigned(KEY_GROUP, whyGroup); break;
    case 1: writeUnsigned(KEY_ID, whyId); break;
    case 2: writeUnsigned(KEY_SEQ, whySequence); break;
    default:
      writeUnsigned(KEY_CODE, whyCode);
      return END_REPLY;
  }
  return END_MORE;
}
