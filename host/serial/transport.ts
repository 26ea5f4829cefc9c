/** A line that carries bytes both ways: a serial port, a pseudo-terminal, or a fake device in a test. */
export interface Transport {
  /** What people call it, e.g. the path of the port. */
  readonly name: string;
  /** Resolves when the bytes are handed to the line. Rejects with a `HoldfastError` when the line is gone. */
  write(bytes: Uint8Array): Promise<void>;
  /** There is one listener; a later one replaces it. */
  onData(listener: (bytes: Uint8Array) => void): void;
  /** Called once, when the line is gone: with an error when nobody asked for it. */
  onClose(listener: (error: Error | null) => void): void;
  /** Throws away what has arrived and was not yet handed out. */
  drainInput(): Promise<void>;
  close(): Promise<void>;
}
