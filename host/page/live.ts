import type { LiveState } from './data.ts';

/** What a device does, as the server of the page says it: asked again and again, shown as text. */

interface Followed {
  follow(machine: LiveState['machine']): void;
}

const ASK_EVERY_MS = 400;

/** Asks until the page is closed; `edition`: the hash of the one that the page is of. */
export function followDevice(edition: string, page: Followed): void {
  const ask = async () => {
    const state = await askState();
    if (state.edition !== '' && state.edition !== edition) {
      location.reload();
      return;
    }
    show(state);
    page.follow(state.machine);
    setTimeout(ask, ASK_EVERY_MS);
  };
  ask();
}

async function askState(): Promise<LiveState> {
  try {
    const answer = await fetch('/state', { cache: 'no-store' });
    if (!answer.ok) throw new TypeError(`the server says ${answer.status}`);
    return await answer.json();
  } catch {
    return {
      ...{ edition: '', state: 'lost', machine: null, rows: [] },
      words: '`holdfast view` does not answer: it was ended',
    };
  }
}

function show({ state, words, rows }: LiveState): void {
  const heading = document.getElementById('live-state');
  const list = document.getElementById('live-words');
  if (heading === null || list === null) throw new TypeError('the page has no place for what a device says');
  heading.textContent = words;
  heading.dataset.state = state;
  list.replaceChildren(
    ...rows.map(([name, value]) => {
      const group = document.createElement('div');
      const [term, detail] = [document.createElement('dt'), document.createElement('dd')];
      term.textContent = name;
      detail.textContent = value;
      group.append(term, detail);
      return group;
    }),
  );
}
