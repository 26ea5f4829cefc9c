export const NODE_VERSIONS: readonly string[];
export function lineOf(version: string): number;
export function fetchNode(version: string): string;
