/** Groups of SMP: a refusal is a code within one. docs/SPEC.md sections 7 and 8. */
export const GROUP = { os: 0, image: 1, holdfast: 78 } as const;
