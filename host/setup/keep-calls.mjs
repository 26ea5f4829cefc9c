/**
 * Keeps calls calls: what the compiler of the core would repeat where it is called in one build and not in another. So every build has the
 * same functions on the path of check, and takes the same cycles.
 */
import { Transform } from 'assemblyscript/transform';

/** By the names that the compiler gives them: file and function. */
const CALLED = ['assembly/check/layout/wordInTree'];

export default class KeepCalls extends Transform {
  /** Before anything is optimized. */
  afterCompile(module) {
    for (const name of CALLED) {
      this.binaryen.setPassArgument('no-inline', name);
      module.runPasses(['no-inline']);
    }
  }
}
