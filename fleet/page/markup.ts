/** The page of a plant as HTML and CSS; it holds nothing of the plant, so nothing has to be escaped in it. */

export const PAGE_STYLE = `:root { color-scheme: light dark; --ink: #16202c; --paper: #ffffff; --line: #b8c2cc; --quiet: #4a5765; --alarm: #9c1c12; --alarm-paper: #fdecea; --well: #17603a; --open: #1b4f8f; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8edf2; --paper: #12181f; --line: #3d4955; --quiet: #a9b6c3; --alarm: #ff9d91; --alarm-paper: #3a1613; --well: #7fd6a3; --open: #9cc4ff; } }
* { box-sizing: border-box; }
body { margin: 0; font: 16px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper); }
header, main { max-width: 1280px; margin: 0 auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin: 1rem 0 .25rem; } h2 { font-size: 1.15rem; margin: 1.5rem 0 .4rem; }
p { margin: .2rem 0; color: var(--quiet); overflow-wrap: anywhere; }
.notice { color: var(--ink); padding: .5rem .7rem; border-left: .35rem solid var(--well); }
[data-rank=alarm].notice { border-color: var(--alarm); background: var(--alarm-paper); }
.scroll { overflow-x: auto; } .scroll:focus-visible, button:focus-visible, input:focus-visible, a:focus-visible { outline: 3px solid var(--open); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid var(--line); overflow-wrap: break-word; }
thead th { color: var(--quiet); font-weight: 600; } tbody th { font-weight: 600; white-space: nowrap; }
tr[data-rank=alarm] > :nth-child(-n+2) { color: var(--alarm); } tr[data-rank=open] > :nth-child(-n+2) { color: var(--open); }
.tools { display: flex; flex-wrap: wrap; gap: .6rem 1rem; align-items: center; margin: .6rem 0; }
input, button { font: inherit; color: inherit; background: var(--paper); border: 1px solid var(--quiet); border-radius: .3rem; padding: .3rem .6rem; } input[type=search] { width: min(24rem, 100%); } button:disabled { color: var(--quiet); border-style: dashed; }
.skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; }
@media (max-width: 640px) { th, td { padding-right: .4rem; font-size: .9rem; } table { min-width: 34rem; } }
`;

const table = (id: string, title: string, heads: readonly string[], tools = ''): string => `
<section aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${tools}
<div class="scroll" role="region" aria-labelledby="${id}-title" tabindex="0"><table aria-labelledby="${id}-title">
<thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join('')}</tr></thead><tbody id="${id}"></tbody></table></div></section>`;

const pager = (id: string): string =>
  `<div class="tools"><button type="button" id="${id}-before" disabled>Earlier ${id}</button><span id="${id}-range"></span><button type="button" id="${id}-after" disabled>Further ${id}</button></div>`;

export const PAGE_HTML = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>plant</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/style.css"><script type="module" src="/main.js"></script></head><body>
<a class="skip" href="#cells-title">To the cells</a>
<header><h1 id="fleet">plant</h1><p id="server"></p><p id="rollout"></p><p id="lag"></p>
<p class="notice" id="live" role="status">Not heard of the server yet.</p></header>
<main><p class="notice" id="alarm" role="status" aria-live="polite"></p>
<search class="tools"><label for="search">Search <kbd>/</kbd></label><input type="search" id="search" autocomplete="off" spellcheck="false">
<label><input type="checkbox" id="only-alarms"> only what needs attention</label></search>
${table('cells', 'Cells', ['Cell', 'State', 'Site', 'Where it stands', 'Waits for parking', 'What to do'], pager('cells'))}
${table('incidents', 'Incidents', ['Number', 'When', 'What', 'What to do'])}
${table('controllers', 'Controllers', ['Controller', 'Cell', 'Gateway', 'Runs', 'As read', 'What keeps it'], pager('controllers'))}
${table('checks', 'Deep checks', ['Site', 'Begun for', 'What was found'])}
${table('gateways', 'Gateways', ['Gateway', 'Heard of'])}
<noscript><p class="notice">This page needs its script; <code>fleet status FOLDER</code> says the same in a terminal.</p></noscript></main></body></html>
`;
