/** An image with the hash by which devices call it. */
export interface HeldImage {
  readonly bytes: Uint8Array;
  /** 32 bytes. */
  readonly hash: Uint8Array;
}
