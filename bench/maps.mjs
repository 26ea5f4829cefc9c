/** Sources of given size, the same every time. */

/** A small linear congruential generator; the bench needs the same maps each run, not good randomness. */
export function sequence(seed) {
  let state = seed >>> 0;
  return (end) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * end);
  };
}

/**
 * A line of `segments` stretches of 1,000 to 10,000 mm shared by `zones` zones; every `gapEvery`th stretch is a gap (0: none). With
 * `wraps` its ends are one place. Gives the YAML text and the borders.
 */
export function lineSource({ segments, zones, gapEvery = 0, wraps = false }) {
  const random = sequence(segments);
  const places = Array.from({ length: zones }, () => []);
  const borders = [0];
  let owner = -1;
  for (let i = 0; i < segments; i++) {
    const from = borders[i];
    const to = from + 1000 + random(9000);
    borders.push(to);
    if (gapEvery > 0 && i % gapEvery === gapEvery - 1) continue;
    // Neighbours belong to different zones, so that each stretch stays a segment of its own.
    const next = random(zones);
    owner = next === owner ? (next + 1) % zones : next;
    places[owner].push(`{ from: ${from}, to: ${to} }`);
  }
  const lines = places.flatMap((at, index) =>
    at.length === 0 ? [] : [`  - { id: zone-${index}, at: [${at.join(', ')}], limit: ${index} }`],
  );
  const text = [
    'holdfast: 1',
    'map: bench',
    'epoch: 1',
    `space: { axes: [ { name: s, unit: mm, min: 0, max: ${borders.at(-1)}${wraps ? ', wraps: true' : ''} } ] }`,
    'zones:',
    ...lines,
    ...(gapEvery > 0 ? ['gaps:', '  - { anywhere: true, action: hold }'] : []),
    '',
  ].join('\n');
  return { text, borders };
}

/**
 * A line with 16 phase ranges of `windowTicks`, each with `segments` stretches of its own, shared by four zones of its own. With
 * `depths`, the windows take turns: half as many stretches in the second, and so on, as often as that is. Gives the YAML text and the
 * borders a window.
 */
export function windowedLine({ segments, windowTicks, depths = 1 }) {
  const random = sequence(segments);
  const end = segments * 10_000;
  const windows = Array.from({ length: 16 }, (_, window) => window);
  const borders = windows.map((window) => {
    const count = segments >> (window % depths);
    const inside = Array.from({ length: count - 1 }, (_, i) => i * (end / count) + 1000 + random(9000));
    return [0, ...inside, end];
  });
  const zones = windows.flatMap((window) =>
    [0, 1, 2, 3].map((zone) => {
      const at = borders[window].flatMap((from, index) => {
        const to = borders[window][index + 1];
        return index % 4 === zone && to !== undefined ? [`{ from: ${from}, to: ${to} }`] : [];
      });
      const when = `{ from: ${window * windowTicks}, to: ${(window + 1) * windowTicks} }`;
      return `  - { id: zone-${window}-${zone}, at: [${at.join(', ')}], when: ${when}, limit: ${window * 4 + zone} }`;
    }),
  );
  const text = [
    'holdfast: 1',
    'map: bench',
    'epoch: 1',
    `space: { axes: [ { name: s, unit: mm, min: 0, max: ${end} } ] }`,
    `phase: { unit: tick, period: ${windows.length * windowTicks} }`,
    'zones:',
    ...zones,
    '',
  ].join('\n');
  return { text, borders };
}

/** The same kind of line as a table: a source and its CSV file, by name. Every row is a zone; every tenth stretch is a gap. */
export function tableSource(segments) {
  const random = sequence(segments);
  const rows = ['from,to,limit'];
  let from = 0;
  for (let i = 0; i < segments; i++) {
    const to = from + 100 + random(900);
    if (i % 10 !== 9) rows.push(`${from},${to},${i % 200}`);
    from = to;
  }
  const text = [
    'holdfast: 1',
    'map: bench',
    'epoch: 1',
    `space: { axes: [ { name: s, unit: mm, min: 0, max: ${from} } ] }`,
    'zones:',
    '  - { file: rows.csv, columns: { from: from, to: to, limit: limit } }',
    'gaps:',
    '  - { anywhere: true, action: hold }',
    '',
  ].join('\n');
  return { 'bench.map.yaml': text, 'rows.csv': `${rows.join('\n')}\n` };
}
