import { cutText } from './cut-text.ts';

/** What stands in a JSON file, or a clause that says what is wrong with it. */
export type ReadJson = { readonly value: unknown } | { readonly fault: string };

/** An object that has a field twice says two things, of which JSON.parse drops one without a word: that is a fault here. */
export function readJson(text: string): ReadJson {
  const plain = text.replace(/^\ufeff/, '');
  let value: unknown;
  try {
    value = JSON.parse(plain);
  } catch (cause) {
    return { fault: `is not JSON: ${cutText(cause instanceof Error ? cause.message : String(cause))}` };
  }
  const twice = repeatedField(plain);
  return twice === undefined ? { value } : { fault: `has "${cutText(twice)}" twice in one object` };
}

/** Of a text that is JSON. */
function repeatedField(text: string): string | undefined {
  const open: Set<string>[] = [];
  for (const [token, name, colon] of text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/g)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (name !== undefined && colon !== undefined) {
      const field = String(JSON.parse(name));
      const fields = open.at(-1);
      if (fields?.has(field)) return field;
      fields?.add(field);
    }
  }
  return undefined;
}
