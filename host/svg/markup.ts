/** SVG as text, with everything that comes from a map escaped. */

import { visibleLines } from '../common/visible.ts';

export type Attributes = Readonly<Record<string, string | number>>;

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** Text as XML takes it, with what nobody would see spelled out. */
export function escapeXml(text: string): string {
  return visibleLines(text).replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character);
}

/** An element around content that is markup already. */
export function element(name: string, attributes: Attributes, ...content: readonly string[]): string {
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${typeof value === 'number' ? decimal(value) : escapeXml(value)}"`,
  );
  const inner = content.join('');
  return inner === '' ? `<${name}${written.join('')}/>` : `<${name}${written.join('')}>${inner}</${name}>`;
}

/** A text element around plain text. */
export function textElement(attributes: Attributes, text: string): string {
  return element('text', attributes, escapeXml(text));
}

/** A number with at most two decimals: a hundredth of a pixel. */
export function decimal(value: number): string {
  return String(Math.round(value * 100) / 100);
}
