/** A push on a simulated clock: docs in push.mjs. Seconds. */
export interface PushFigure {
  readonly loop: { readonly hertz: number; readonly slicesATurn: number };
  readonly upload: number;
  readonly readBack: number;
  readonly mark: number;
}
export function measurePush(
  readBack?: 'digest' | 'bytes',
): Promise<{ readonly bytes: number; readonly figures: readonly PushFigure[] }>;
