// What firmware needs of the tables, in C and C++: targets/common/holdfast_format.h.
import { upper } from './read.mjs';

const WIDTH = 140;
const TYPES = { u32: 'uint32_t', i32: 'int32_t' };

/** The text of targets/common/holdfast_format.h. */
export function cText(model, header) {
  const constants = model.constants.filter(({ c }) => c);
  const parts = [
    header,
    '#ifndef HOLDFAST_FORMAT_H_\n#define HOLDFAST_FORMAT_H_\n\n#include <stdint.h>',
    ...constants.map(
      ({ name, value, what }) =>
        `${comment(`${what}.`)}\nenum ${tag(name, 'value')} { HOLDFAST_${name} = ${value} };`,
    ),
    ...model.words.filter(({ c }) => c).map(word),
    ...model.codes.filter(({ c }) => c).map(codes),
    reasons(model.refusals),
    ...model.structs.filter(({ c }) => c).map(struct),
    '#endif',
  ];
  return `${parts.join('\n\n')}\n`;
}

/** What a C compiler takes as a comment, and a terminal without Unicode as text. */
function plain(text) {
  return text.replaceAll('`', '').replaceAll('−', '-').replaceAll('…', '...').replaceAll('×', 'x');
}

function comment(text, indent = '') {
  const sentence = plain(`${text[0].toUpperCase()}${text.slice(1)}`);
  if (indent.length + sentence.length + '/*  */'.length <= WIDTH) return `${indent}/* ${sentence} */`;
  const lines = [''];
  for (const each of sentence.split(' ')) {
    if (`${indent} * ${lines.at(-1)} ${each}`.length > WIDTH) lines.push(each);
    else lines.push(`${lines.pop()} ${each}`.trim());
  }
  return `${indent}/*\n${lines.map((line) => `${indent} * ${line}`).join('\n')}\n${indent} */`;
}

function word({ name, what, fields }) {
  const parts = fields.flatMap((field) => [
    `HOLDFAST_${upper(name)}_${upper(field.name)}_SHIFT = ${field.low}`,
    `HOLDFAST_${upper(name)}_${upper(field.name)}_MASK = 0x${(2 ** field.width - 1).toString(16)}`,
  ]);
  return `${comment(`${what}: where its parts begin, and the bits of each.`)}\nenum ${tag(name, 'layout')} {\n  ${parts.join(',\n  ')}\n};`;
}

/** Enumerations have names, since what binds other languages to C would make them up. No function or struct is called so. */
function tag(name, kind) {
  return `holdfast_${upper(name).toLowerCase()}_${kind}`;
}

function codes({ name, what, values, c }) {
  const entries = values.map((each) => [`${c.prefix}${each.c ?? upper(each.name)}`, each.code, each.text]);
  return enumeration(tag(name, 'code'), c.what ?? `${what}.`, entries);
}

function reasons(refusals) {
  const faults = refusals
    .filter(({ fault }) => fault)
    .map(({ name, code }) => [`HOLDFAST_REASON_${name}`, code, '']);
  return enumeration(tag('reason', 'code'), 'Why there is a FAULT, docs/SPEC.md section 8.', [
    ['HOLDFAST_REASON_NONE', 0, ''],
    ...faults,
  ]);
}

function enumeration(named, what, entries) {
  const lines = entries.map(([name, code, text], index) => {
    const line = `  ${name} = ${code}${index + 1 < entries.length ? ',' : ''}`;
    return text === '' ? line : `${line} /* ${plain(text)} */`;
  });
  return `${comment(what)}\nenum ${named} {\n${lines.join('\n')}\n};`;
}

function struct({ name, bytes, fields, c }) {
  if (c.name === undefined) {
    const prefix = `HOLDFAST_${upper(name)}`;
    const places = fields.filter((field) => c.at.includes(field.name));
    const parts = [
      `${prefix}_BYTES = ${bytes}`,
      ...places.map((field) => `${prefix}_AT_${upper(field.name)} = ${field.offset}`),
    ];
    return `${comment(c.what)}\nenum ${tag(name, 'layout')} { ${parts.join(', ')} };`;
  }
  const lines = fields.flatMap((field) => {
    const count = field.count > 1 ? `[${field.count}]` : '';
    const declared = `  ${TYPES[field.type]} ${upper(field.name).toLowerCase()}${count};`;
    const line = `${declared} /* ${plain(field.text)} */`;
    return line.length <= WIDTH ? [line] : [comment(field.text, '  '), declared];
  });
  return `${comment(c.what)}\ntypedef struct ${c.name} {\n${lines.join('\n')}\n} ${c.name};\nenum ${tag(name, 'size')} { HOLDFAST_${upper(name)}_BYTES = ${bytes} };`;
}
