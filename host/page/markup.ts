/** The page without its script: structure and style. Texts come in escaped. */

import { PIECE_CLASS } from './data.ts';

export interface PageParts {
  readonly title: string;
  readonly subtitle: string;
  /** A picture of both editions as SVG for an `img`, base64; null: there is one edition only. */
  readonly picture: string | null;
  /** Whether a server says what a device does. */
  readonly isLive: boolean;
  readonly hasPhases: boolean;
  /** Kinds of lists, each with a tab. */
  readonly tabs: readonly string[];
  /** What the picture is, for who does not see it. */
  readonly label: string;
  /** What one may do with it. */
  readonly keys: string;
  /** What the view is fitted to, and an example of a place to go to. */
  readonly whole: string;
  readonly place: string;
  /** Markup of further tools. */
  readonly tools: string;
  /** The head, as JSON that is safe inside a script element. */
  readonly head: string;
  /** The pieces, likewise. */
  readonly pieces: readonly string[];
  /** A script, safe inside a script element. It runs before the pieces are read. */
  readonly script: string;
}

/** Nothing is loaded from anywhere: the page may use only what it carries, and a live one asks the server that it came from. */
const POLICY =
  "default-src 'none'; script-src 'unsafe-inline' 'wasm-unsafe-eval'; style-src 'unsafe-inline'; img-src data:";
const LIVE_POLICY = `${POLICY}; connect-src 'self'`;

export function pageMarkup(parts: PageParts): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${parts.isLive ? LIVE_POLICY : POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${parts.title}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<div><h1>${parts.title}</h1><p>${parts.subtitle}</p></div>
<div class="tools">
<label class="phase"${parts.hasPhases ? '' : ' hidden'}>phase <input id="phase" type="range" min="0" step="1" value="0"> <output id="phase-words"></output></label>
<label>go to <input id="place" type="text" size="14" placeholder="${parts.place}"></label>
<span class="group"><button id="out" type="button" title="zoom out (−)">−</button><button id="in" type="button" title="zoom in (+)">+</button><button id="fit" type="button" title="${parts.whole} (0)">fit</button></span>
<span class="group"><button id="previous" type="button" title="the one before in the list (p)">‹ before</button><button id="next" type="button" title="the next in the list (n)">next ›</button></span>${parts.tools}
</div>
</header>
${parts.isLive ? LIVE : ''}<main>
<section class="picture">
${parts.picture === null ? '' : `<details class="both"><summary>both editions in one picture</summary><img alt="Both editions, and what changed between them" src="data:image/svg+xml;base64,${parts.picture}"></details>`}
<div id="stage"><canvas id="map" tabindex="0" role="img" aria-label="${parts.label}"></canvas></div>
<div class="verdict" aria-live="polite"><strong id="state">starting</strong><dl id="answer"></dl></div>
<p class="hint"><strong id="unnamed"></strong> <span class="help">The verdict is computed by the core that controllers run, in this page, from this edition. ${parts.keys}</span></p>
</section>
<aside>
<div class="tabs" role="tablist">${parts.tabs.map(tab).join('')}</div>
<input id="search" type="search" placeholder="search names (/)" aria-label="search the list">
<div id="list"></div></aside>
</main>
<script type="application/json" id="data">${parts.head}</script>
<script>
${parts.script}
</script>
${parts.pieces.map((piece) => `<script type="application/json" class="${PIECE_CLASS}">${piece}</script>`).join('\n')}
</body>
</html>
`;
}

function tab(kind: string): string {
  return `<button id="tab-${kind}" type="button" role="tab"${kind === 'change' ? ' hidden' : ''}></button>`;
}

/** What a device says; filled by the script, as text. */
const LIVE = `<section class="live" aria-live="polite"><strong id="live-state" data-state="">no answer yet</strong><dl id="live-words"></dl></section>
`;

const STYLE = `
:root{--ground:#fff;--soft:#f3f5f7;--ink:#14171a;--quiet:#565e66;--line:#d5dadf;--accent:#b34700}
@media(prefers-color-scheme:dark){:root{--ground:#16191d;--soft:#20252a;--ink:#eceff2;--quiet:#a3abb3;--line:#353c43;--accent:#ffb454}}
*{box-sizing:border-box}
body{margin:0;height:100vh;min-height:560px;display:flex;flex-direction:column;background:var(--ground);color:var(--ink);font:14px/1.45 system-ui,"Helvetica Neue",Arial,sans-serif}
header{display:flex;flex-wrap:wrap;gap:8px 24px;align-items:center;justify-content:space-between;padding:12px 18px;border-bottom:1px solid var(--line)}
h1{font-size:18px;margin:0}header p,.hint{margin:0;overflow-wrap:anywhere;color:var(--quiet);font-size:12.5px}
.tools{display:flex;flex-wrap:wrap;gap:8px 16px;align-items:center}
.phase{display:flex;flex-wrap:wrap;max-width:100%;align-items:center;gap:8px}.phase[hidden]{display:none}#phase{width:220px;accent-color:var(--accent)}#phase-words{min-width:9em;font-variant-numeric:tabular-nums}
button,input[type=text],input[type=search]{font:inherit;color:inherit;background:var(--soft);border:1px solid var(--line);border-radius:6px;padding:4px 10px}
button{cursor:pointer}button:hover{border-color:var(--accent)}:focus-visible{outline:2px solid var(--accent);outline-offset:1px}
.group{display:inline-flex;gap:4px}
main{flex:1;display:grid;grid-template-columns:minmax(0,1fr) 350px;min-height:0}
.picture{padding:14px 14px 12px;min-width:0;min-height:0;display:flex;flex-direction:column;overflow-y:auto}
#stage{flex:1 0 420px;position:relative}canvas{position:absolute;display:block;width:100%;touch-action:none;cursor:crosshair;border-radius:4px}
.verdict{margin-top:14px;padding:12px 16px;background:var(--soft);border:1px solid var(--line);border-radius:8px;display:flex;gap:22px;align-items:center;min-height:66px}
#state{font-size:20px;min-width:130px;border-left:6px solid var(--quiet);padding-left:12px}
#state[data-state=covered]{border-color:#1b8a66}#state[data-state=gap]{border-color:var(--accent)}#state[data-state=outside]{border-color:#c0392b}
dl{display:flex;flex-wrap:wrap;gap:4px 22px;margin:0}dt{color:var(--quiet);font-size:12px}dd{margin:0;font-variant-numeric:tabular-nums}#answer [data-row=move]{flex-basis:100%}
.hint{margin-top:10px}
aside{border-left:1px solid var(--line);display:flex;flex-direction:column;min-height:0}
.tabs{display:flex;gap:4px;padding:8px 10px 0}.tabs button{border:0;border-radius:6px 6px 0 0;background:none;padding:6px 8px}.tabs button[hidden]{display:none}.tabs button[aria-selected=true]{background:var(--soft);font-weight:600;box-shadow:inset 0 -2px var(--accent)}
#search{margin:8px 10px}
#list{flex:1;overflow-y:auto;min-height:160px;border-top:1px solid var(--line)}
.both summary{cursor:pointer;color:var(--quiet);margin-bottom:6px}.both img{width:100%;height:auto;border:1px solid var(--line);margin-bottom:10px}
.live{display:flex;flex-wrap:wrap;gap:8px 26px;align-items:center;padding:10px 18px;border-bottom:1px solid var(--line);background:var(--soft)}
#live-state{font-size:20px;border-left:6px solid var(--quiet);padding-left:12px}#live-state[data-state=covered]{border-color:#1b8a66}#live-state[data-state=gap],#live-state[data-state=maintenance]{border-color:var(--accent)}#live-state[data-state=outside],#live-state[data-state=fault],#live-state[data-state=lost]{border-color:#c0392b}
#list ol{position:relative;list-style:none;margin:0;padding:0}#list li{position:absolute;left:0;right:0}
#list button{width:100%;height:100%;text-align:left;border:0;border-radius:0;border-bottom:1px solid var(--line);background:none;padding:3px 14px;line-height:1.3;overflow:hidden}
#list button[aria-pressed=true]{background:var(--soft);box-shadow:inset 4px 0 var(--accent)}
#list span{display:block;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}.where{color:var(--quiet);font-size:12px;font-variant-numeric:tabular-nums}
@media(max-width:820px){.picture{padding:10px 6px}#stage{flex-basis:600px}.hint,.verdict{margin-left:8px;margin-right:8px}#phase{width:180px}main{grid-template-columns:minmax(0,1fr)}body{height:auto}aside{border-left:0;border-top:1px solid var(--line);height:360px}.verdict{flex-direction:column;align-items:flex-start;gap:8px}}
@media print{:root{--ground:#fff;--soft:#fff;--ink:#000;--quiet:#444;--line:#999}body{height:auto;display:block}main{display:block}.tools,.help,#search,.tabs button:not([aria-selected=true]){display:none}.picture{overflow:visible;display:block}#stage{position:static;flex:none}canvas{position:static;width:auto;max-width:100%;height:auto!important}aside{border:0;display:block}.tabs{break-after:avoid}#list{overflow:visible;border:0}#list ol{height:auto!important;columns:2}#list li{position:static;height:auto;break-inside:avoid}#list button{height:auto}#list span{white-space:normal}.both[open] img{break-inside:avoid;width:auto;max-width:100%;max-height:150mm}}
`;
