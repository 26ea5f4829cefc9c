/** Names of columns that say more than one unit: which are asked about, and which are read. */
import { describe, expect, test } from 'vitest';
import { loadPartition } from '../../host/compile/compile.ts';
import { faultOfUnit } from '../../host/source/own-unit.ts';
import { memoryReader } from '../../host/source/reader.ts';
import { unitOfName } from '../../host/source/table-unit-names.ts';
import { refusal } from '../support/imported.ts';

const said = (name: string, like: string) => {
  const found = unitOfName(name, like, [name]);
  return found?.kind === 'unit' ? found.unit : (found?.kind ?? 'none');
};

/** Other units of places than the one whose name they hold. */
const PLACES = [
  ...[
    'a (mi naut.)',
    'a_mi_naut',
    'a (naut. mi)',
    'a (nautical mi)',
    'a mi (naut.)',
    'a (sq ft)',
    'a sq m',
    'a cubic m',
  ],
  ...[
    'a (m²)',
    'a m³',
    'a_100m',
    'a (100 m)',
    'a 1000 m',
    'a (m) x100',
    'a (m x 100)',
    'a m * 0.1',
    'a m/10',
    'a m ÷ 10',
  ],
  ...[
    'a_hundred_m'.replace('hundred', 'hundreds'),
    'a hundred m',
    'a thousand m',
    'a (thousands of m)',
    'a (m, thousandths)',
    'a tens of m',
  ],
  ...[
    'a (US ft)',
    'a [ft US]',
    'a (ft, US survey)',
    'a_us_ft',
    'a (survey ft)',
    'a ft (survey)',
    'a 10^3 m',
    'a (1e3 m)',
  ],
  ...[
    'a (m or ft)',
    'a (km|mi)',
    'a (m to km)',
    'a_km_m',
    'a km (m)',
    'a m / ft',
    'a (ft; m)',
    'a feet or metres',
    'a (miles/km)',
    'a ft m',
  ],
];
const LIMITS = [
  ...[
    'v_kmh_x10',
    'v tens of km/h',
    'v in tens of km/h',
    'v km/h *0.1',
    'v (km/h)²',
    'v % km/h',
    'v in %',
    'v %',
    'v (km/h, %)',
  ],
  ...[
    'v (m/s or km/h)',
    'v km/h (mph)',
    'v mph (km/h)',
    'v_10kmh',
    'tenths of km/h',
    'v_deci_kmh',
    'km/h/10',
    'v (km/h x 10)',
    'v (km/h) / 10',
  ],
  ...[
    'v_kmh_mph',
    'v mph or kn',
    'v (mph/kmh)',
    'v pct',
    'v_pct',
    'v (‰)',
    'v 0.1 km/h',
    'v x10',
    'v_x100',
    'v km/h ×10',
    'v Zehntel km/h',
  ],
];

describe('what stands beside a unit is never dropped', () => {
  test.each(PLACES)('%s: places', (name) => {
    expect(said(name, 'm')).toMatch(/^(unknown|unclear)$/);
  });
  test.each(LIMITS)('%s: limits', (name) => {
    expect(said(name, 'km/h')).toMatch(/^(unknown|unclear)$/);
  });
});

describe('a name that says one unit is read', () => {
  test.each([
    ...[
      'from_m',
      'von [m]',
      'a1_m',
      'a_1_m',
      'm1 (m)',
      'x10_m',
      'x100 (m)',
      'start 2 (m)',
      'Foot of slope (m)',
      'yard (m)',
      'foot (m)',
    ],
    ...[
      'section 12 m',
      'a_1m',
      'Times Square (m)',
      'sea level (m)',
      'US 101 (m)',
      'begin (m)¹',
      'a in m',
      'von in m',
      'M (m)',
    ],
  ])('%s: m', (name) => {
    expect(said(name, 'm')).toBe('m');
  });
  test.each([
    ...[
      'km von',
      'fromKm',
      'mile_post_km',
      'Station (km+m)',
      'a (km from Berlin)',
      'km 2',
      'second (km)',
      'km_from',
      'km1',
      'min (km)',
    ],
  ])('%s: km', (name) => {
    expect(said(name, 'm')).toBe('km');
  });
  test.each([
    ...[
      'v (km/h)',
      'v1_kmh',
      'limit_2_kmh',
      'v max (km/h)',
      'v_min (km/h)',
      'v km per h',
      'V 80 (km/h)',
      'v (km / h)',
      'km/h 1',
      'v_kmh_2024',
    ],
  ])('%s: km/h', (name) => {
    expect(['km/h', 'kmh']).toContain(said(name, 'km/h'));
  });
});

describe('a unit that somebody says', () => {
  test.each([
    'km/h',
    'kmh',
    'm/s2',
    '°',
    '%',
    'kN',
    'l/min',
    '1/min',
    's-1',
    'm²',
    'mm/m',
    'kN/m',
    'axles',
    'load class',
    '€',
  ])('%s is one, or can be its name', (unit) => {
    expect(faultOfUnit(unit)).toBeUndefined();
  });
  test.each([
    ['10 km/h', 'number'],
    ['x10', 'number'],
    ['km/h x10', 'number'],
    ['10', 'number'],
    ['l/100km', 'number'],
    ['tenths of km/h', 'beside'],
    ['percent of v', 'beside'],
    ['m or ft', 'beside'],
    ['km/h (mph)', 'beside'],
    ['mph/km/h', 'two units'],
    ['km/h/mph', 'two units'],
    [' ', 'blank'],
    ['kN ', 'blank'],
    ['KM/H', 'another spelling of km/h'],
    ['km / h', 'another spelling of km/h'],
    ['metres', 'another spelling of m'],
  ])('%s is none: %s', async (unit, words) => {
    expect(faultOfUnit(unit)?.words).toContain(words);
    // As a source has it, and as an import is told it.
    const source = `holdfast: 1\nmap: m\nepoch: 1\nspace: { axes: [ { name: s, unit: m, min: 0, max: 9 } ] }\nlimits: { unit: "${unit}" }\nzones: [ { id: a, at: { from: 0, to: 9 }, limit: 5 } ]\n`;
    await expect(loadPartition('m.map.yaml', memoryReader({ 'm.map.yaml': source }))).rejects.toThrow(
      faultOfUnit(unit)?.words,
    );
    const axis = source.replace(/limits.*\n/, '').replace('unit: m,', `unit: "${unit}",`);
    await expect(loadPartition('m.map.yaml', memoryReader({ 'm.map.yaml': axis }))).rejects.toThrow(
      faultOfUnit(unit)?.words,
    );
    const said = { from: 'from_m', to: 'to_m', limit: 'v', limitUnit: unit };
    const told = await refusal('from_m,to_m,v\n0,400,5\n', said);
    if (words.startsWith('another')) expect(told).toMatch(/^READ\n[\s\S]*limits: \{ unit: (km\/h|m) \}/);
    else expect(told).toContain(faultOfUnit(unit)?.words);
  });

  test.each([
    ['v (%)', 'km/h', false],
    ['v (%)', undefined, true],
    ['v (mph/km/h)', 'km/h', false],
    ['v (mph/km/h)', undefined, false],
    ['v (kN)', undefined, true],
  ])('%s beside %s: proposed as the unit of limits: %s', async (name, limitUnit, isProposed) => {
    const told = await refusal(`from_m,to_m,${name}\n0,400,5\n`, {
      from: 'from_m',
      to: 'to_m',
      limit: name,
      limitUnit,
    });
    expect(told).not.toMatch(/^READ/);
    expect(told.includes('--limit-unit')).toBe(isProposed);
  });
});
