/** Texts as the sources take them that are written for people. */

/** Names of files and columns may hold anything; a comment is one line of printable characters. */
export function commentLine(text: string): string {
  return `# ${text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')}`;
}

/** A text as YAML takes it in flow style; plain where nothing in it means anything: sources read what stands there, `null` and `12` too. */
export function quotedText(text: string): string {
  return /^[\p{L}\p{N}][\p{L}\p{N}_./+-]*$/u.test(text) ? text : JSON.stringify(text);
}
