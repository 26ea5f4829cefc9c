import { toHex } from '../../host/body/bytes.ts';
import { HoldfastError } from '../../host/common/errors.ts';
import { sha256 } from '../../host/image/sign.ts';
import type { WantedImage } from '../desired/state.ts';

/** Bytes of images that are kept; the one that was wanted least lately goes first. */
const CACHE_BYTES_MAX = 64 * 1024 * 1024;

/** Images that a signed state names, each fetched once and compared with what was signed. */
export class ImageCache {
  readonly #fetch: (sha256: string, bytesMax: number) => Promise<Uint8Array>;
  readonly #held = new Map<string, Uint8Array>();
  readonly #coming = new Map<string, Promise<void>>();

  constructor(fetch: (sha256: string, bytesMax: number) => Promise<Uint8Array>) {
    this.#fetch = fetch;
  }

  get(name: string): Uint8Array | undefined {
    return this.#held.get(name);
  }

  /** Resolves when it is here. Throws HoldfastError IMAGE_OTHER, or what fetching it threw. */
  async want(wanted: WantedImage): Promise<void> {
    const held = this.#held.get(wanted.sha256);
    if (held !== undefined) {
      this.#held.delete(wanted.sha256);
      this.#held.set(wanted.sha256, held);
      return;
    }
    const coming = this.#coming.get(wanted.sha256) ?? this.#get(wanted);
    this.#coming.set(wanted.sha256, coming);
    await coming;
  }

  async #get({ sha256: name, bytes: length }: WantedImage): Promise<void> {
    try {
      const bytes = await this.#fetch(name, length);
      if (bytes.length !== length || toHex(sha256(bytes)) !== name) {
        throw new HoldfastError(
          'IMAGE_OTHER',
          'The server gives another image than the one that was signed.',
          {
            remedy: 'Give the server the whole folder that `fleet sign` wrote.',
            exitCode: 1,
          },
        );
      }
      this.#held.set(name, bytes);
      this.#shrink();
    } finally {
      this.#coming.delete(name);
    }
  }

  #shrink(): void {
    let total = [...this.#held.values()].reduce((sum, { length }) => sum + length, 0);
    for (const [name, { length }] of this.#held) {
      if (total <= CACHE_BYTES_MAX || this.#held.size === 1) return;
      this.#held.delete(name);
      total -= length;
    }
  }
}
