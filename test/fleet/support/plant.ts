/** A small plant as text, with keys that everybody knows. */
import { testKeyPair } from '../../../sim/drill/test-keys.ts';

export const PLANT = `fleet: 1
name: north-works
signers: [ state.pub.pem ]
sites:
  - id: hall-2
    zone: Europe/Zurich
    windows:
      - { days: mon-fri, from: "22:00", to: "05:00" }
      - { days: sun, from: 06:00, to: 18:00 }
    closed: [ 2026-12-24 ]
gateways:
  - { id: gw-1, site: hall-2, key: gw-1.pub.pem, lines: 2 }
  - { id: gw-2, site: hall-2, key: gw-2.pub.pem, lines: 2 }
cells:
  - { id: press-1, site: hall-2 }
  - { id: press-2, site: hall-2 }
controllers:
  - { id: p1-a, cell: press-1, gateway: gw-1, port: /dev/ttyS0, map: line }
  - { id: p1-b, cell: press-1, gateway: gw-2, port: /dev/ttyS0, map: line }
  - { id: p2-a, cell: press-2, gateway: gw-1, port: /dev/ttyS1, map: other, class: lift }
`;

/** The files that stand beside the inventory, by name. */
export const KEY_FILES: Readonly<Record<string, string>> = Object.fromEntries(
  ['state', 'gw-1', 'gw-2'].map((name) => [`${name}.pub.pem`, testKeyPair(name).publicPem]),
);
