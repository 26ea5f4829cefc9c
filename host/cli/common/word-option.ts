/** An option that takes some words: its verb reads and refuses them, and completion offers them. */

import { Option } from 'commander';

export class WordOption extends Option {
  /** Whatever else it may take, such as a width or a mark of one's own. */
  readonly words: readonly string[];

  constructor(flags: string, description: string, words: readonly string[]) {
    super(flags, description);
    this.words = words;
  }
}
