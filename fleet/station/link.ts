import type { Given, Hello, Leading, Pull, Reports, Welcome } from '../wire/messages.ts';

/** What a gateway may ask its server. Each call throws a HoldfastError when there is no answer, or one that says no. */
export interface ServerLink {
  hello(hello: Hello): Promise<Welcome>;
  pull(pull: Pull): Promise<Given>;
  report(reports: Reports): Promise<Leading>;
  /** The text of the signed state; to be judged before anything in it is believed. */
  state(): Promise<string>;
  /** The bytes of an image, `bytesMax` at most; to be judged as well. */
  image(sha256: string, bytesMax: number): Promise<Uint8Array>;
  /** Ends what waits, and all that follows. */
  close(): void;
}
