import { open, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { admitInput } from '../common/inputs.ts';

/** Where source files come from. Tests give a reader over a map of texts. */
export interface SourceReader {
  /** All bytes of a file. Throws `FileTooLarge` above `bytesMax`, or the error of the file system. */
  read(path: string, bytesMax: number): Promise<Uint8Array>;
}

export class FileTooLarge extends Error {
  readonly bytes: number;

  constructor(path: string, bytes: number) {
    super(`${path} has ${bytes} bytes`);
    this.name = 'FileTooLarge';
    this.bytes = bytes;
  }
}

/** Reads from the file system; kind and size are looked at before anything is read. */
export const fileReader: SourceReader = {
  async read(path, bytesMax) {
    // Opening a pipe would wait for a writer.
    admitInput(await stat(path));
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      if (size > bytesMax) throw new FileTooLarge(path, size);
      return await file.readFile();
    } finally {
      await file.close();
    }
  },
};

/** The path of a file that a source names, relative to the folder of that source. */
export function pathBeside(sourcePath: string, name: string): string {
  return isAbsolute(name) ? name : join(dirname(sourcePath), name);
}

/** Reads from texts in memory, by path. */
export function memoryReader(files: Readonly<Record<string, string | Uint8Array>>): SourceReader {
  return {
    async read(path, bytesMax) {
      const file = Object.hasOwn(files, path) ? files[path] : undefined;
      if (file === undefined) throw Object.assign(new Error(`no file ${path}`), { code: 'ENOENT' });
      const bytes = typeof file === 'string' ? Buffer.from(file) : file;
      if (bytes.length > bytesMax) throw new FileTooLarge(path, bytes.length);
      return bytes;
    },
  };
}
