import { PIECE_CLASS } from './data.ts';

/** What scripts of pages do with their elements. */

export function find<Type extends HTMLElement>(id: string, type: abstract new () => Type): Type {
  const found = document.getElementById(id);
  if (found instanceof type) return found;
  throw new TypeError(`the page has no ${id}`);
}

/** Lets the browser read on, paint, and hear its user. */
function turn(): Promise<void> {
  return new Promise((done) => setTimeout(done));
}

/** Reads pieces as they come; the browser is still at work on what stands behind. */
export async function readPieces<Piece>(take: (piece: Piece) => Promise<void>): Promise<void> {
  const elements = document.getElementsByClassName(PIECE_CLASS);
  for (let taken = 0; ; ) {
    const isAll = document.readyState !== 'loading';
    const element = elements[taken];
    if (element !== undefined && (isAll || element.nextElementSibling !== null)) {
      await take(JSON.parse(element.textContent ?? ''));
      // Nobody reads it again.
      element.textContent = '';
      taken++;
    } else if (isAll) return;
    await turn();
  }
}

/** Shows a verdict: a heading in the colour of its state, and rows of a name and a value. */
export function showAnswer(
  answer: { readonly state: string },
  heading: string,
  rows: readonly (readonly [name: string, value: string])[],
): void {
  const state = find('state', HTMLElement);
  state.textContent = heading;
  state.dataset.state = answer.state;
  state.dataset.answer = JSON.stringify(answer);
  find('answer', HTMLElement).replaceChildren(
    ...rows.map(([name, value]) => {
      const group = document.createElement('div');
      group.dataset.row = name;
      const [term, detail] = [document.createElement('dt'), document.createElement('dd')];
      term.textContent = name;
      detail.textContent = value;
      group.append(term, detail);
      return group;
    }),
  );
}
