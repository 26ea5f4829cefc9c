/** What sources say beyond plain lines, through compiler and core, against the oracle: lowest limits, windows over the period's end. */
import { expect, test } from 'vitest';
import { openImage } from '../../host/core/checker.ts';
import { BODY_HEADER_AT } from '../../host/format.ts';
import { parseImage } from '../../host/image/container.ts';
import { readPartition } from '../../host/image/read-partition.ts';
import { compileText } from '../support/compile.ts';
import { type RandomMap, randomMap } from '../support/maps.ts';
import { Oracle, type OracleInterval } from '../support/oracle.ts';
import { Random, seedFor } from '../support/random.ts';

/** `HOLDFAST_QUESTIONS=1000000` asks as many as are claimed; the tests ask fewer. */
const QUESTIONS = Number(process.env.HOLDFAST_QUESTIONS ?? 60_000);
const MOVES = Math.ceil((QUESTIONS * 3) / 10);
const QUESTIONS_A_MAP = 2000;
const EXTREMES = [-(2 ** 31), -(2 ** 30), -1, 0, 1, 2 ** 30, 2 ** 31 - 1];

/** A window of the period that may run over its end, as a source writes it in seconds, and as the oracle takes it. */
interface Window {
  readonly words: string;
  readonly parts: OracleInterval[];
}

function randomWindow(random: Random, period: number): Window {
  const from = random.below(period);
  const to = random.below(period);
  const write = (tick: number) => random.pick([`${tick}`, `${tick / 1000} s`, `${tick} ms`]);
  const words = `{ from: ${write(from)}, to: ${write(to === 0 && from > 0 ? period : to)} }`;
  if (from < to) return { words, parts: [{ from, to }] };
  if (from === to) return { words: `{ from: 0, to: ${write(period)} }`, parts: [{ from: 0, to: period }] };
  const parts = [
    { from, to: period },
    { from: 0, to },
  ];
  return { words, parts: parts.filter((part) => part.from < part.to) };
}

/** A random map whose overlaps are judged by limit, and whose zones have windows that run over the end of the period. */
function changed(random: Random, { source, oracle, origin }: RandomMap, period: number): RandomMap {
  const windows = new Map<string, Window>();
  let text = source.replace(/^overlaps: .*$/m, 'overlaps: lowest-limit');
  oracle.wins = 'limit';
  if (period > 1) {
    text = text.replace(
      /^overlaps/m,
      `phase: { unit: ms, period: ${period / 1000} s, wraps: true }\noverlaps`,
    );
    text = text.replace(
      /^( {2}- \{ id: (z\d+), at: \[[^\]]*\])/gm,
      (entry: string, _all: string, id: string) => {
        if (random.onceIn(3)) return entry;
        const window = randomWindow(random, period);
        windows.set(id, window);
        return `${entry}, when: ${window.words}`;
      },
    );
  }
  oracle.period = period;
  for (const zone of oracle.zones) zone.when = windows.get(zone.id)?.parts ?? zone.when;
  return { source: text, oracle, origin };
}

function overlapping(random: Random, map: RandomMap): RandomMap {
  const { oracle, origin } = map;
  const starts = oracle.zones.flatMap(({ at }) => at.map(({ from }) => from));
  let { source } = map;
  for (const zone of oracle.zones) {
    // Zones reach over their neighbours now.
    zone.at = [zone.at[0] ?? { from: oracle.min, to: oracle.max }];
    const [one] = zone.at;
    if (one === undefined) continue;
    one.to = Math.max(one.to, Math.min(oracle.max, random.pick(starts)));
    zone.limit = random.onceIn(4) ? null : random.between(-3, 12);
    const limit = zone.limit === null ? '' : `, limit: ${zone.limit}`;
    const at = `[{ from: ${one.from + origin}, to: ${one.to + origin} }]`;
    source = source.replace(
      new RegExp(`^ {2}- \\{ id: ${zone.id}, at: .*$`, 'm'),
      `  - { id: ${zone.id}, at: ${at}, tier: ${zone.tier}${limit} }`,
    );
  }
  return { source, oracle, origin };
}

test(`${QUESTIONS} questions and ${MOVES} moves: lowest limits and windows over the end of the period`, async () => {
  const random = new Random(seedFor('sources against the oracle', 1300));
  const states = new Set<string>();
  const [questionsAMap, movesAMap] = [QUESTIONS_A_MAP, Math.ceil((QUESTIONS_A_MAP * 3) / 10)];
  for (let asked = 0; asked < QUESTIONS; asked += questionsAMap) {
    const shape = { segments: 1 + random.below(60), zones: 1 + random.below(12), overlaps: false, period: 1 };
    const period = random.pick([1, 1000, 86_400, 7]);
    const map = changed(random, overlapping(random, randomMap(random, shape)), period);
    const image = await compileText(map.source);
    const { rules } = readPartition(image);
    const core = await openImage(image, { build: 'device' });
    const oracle = new Oracle(map.oracle);
    const borders = [
      0,
      ...map.oracle.zones.flatMap(({ when }) => (when ?? []).flatMap(({ from, to }) => [from, to])),
    ];
    const place = () => {
      if (random.onceIn(10)) return random.pick(EXTREMES);
      const near = random.pick(oracle.borders) + random.between(-1, 2);
      return random.onceIn(2) ? near : random.between(map.oracle.min, map.oracle.max);
    };
    const time = () =>
      Math.max(0, random.onceIn(3) ? random.below(period + 1) : random.pick(borders) + random.between(-1, 2));
    for (let question = 0; question < questionsAMap; question++) {
      const [x, phase] = [place(), time()];
      const { state, rule, tier, limit, action, toGapAhead, toGapBehind } = core.verdict(
        core.check(phase, x),
        x,
      );
      const id = rule === null ? null : (rules[rule]?.id ?? null);
      states.add(state);
      const got = { state, id, tier, limit, action, toGapAhead, toGapBehind };
      const wanted = oracle.answer(x, phase);
      if (JSON.stringify(got) !== JSON.stringify(wanted))
        expect({ x, phase, ...got }, map.source).toEqual({ x, phase, ...wanted });
    }
    const { body } = parseImage(image);
    const cellsMax = new DataView(body.buffer, body.byteOffset).getUint32(BODY_HEADER_AT.moveCellsMax, true);
    for (let move = 0; move < movesAMap; move++) {
      const [from, to, phase] = [place(), place(), time()];
      const got = core.sweep(phase, from, to);
      const wanted = oracle.sweep(from, to, phase, cellsMax);
      if (
        JSON.stringify({ ...wanted }) !==
        JSON.stringify({ end: got.end, distance: got.distance, tier: got.tier, limit: got.limit })
      )
        expect({ from, to, phase, ...got }, map.source).toMatchObject(wanted);
    }
  }
  expect([...states].sort()).toEqual(['covered', 'gap', 'outside']);
}, 3_600_000);
