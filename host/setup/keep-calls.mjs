/**
 * Keeps calls calls: what the compiler of the core would repeat where it is called. So every build has the same functions on the path of
 * check, and takes the same cycles; and a compact build, which is to be small rather than fast, repeats nothing off that path.
 */
import { Transform } from 'assemblyscript/transform';

/** Functions by the names that the compiler gives them: file and function. In every build; a key's characters would stand there twice. */
const CALLED = /^assembly\/(?:check\/layout\/wordInTree|smp\/reply\/writeCharacters)$/;
/**
 * In a compact build: all but what check and its like are made of; what stands ready for them; what the interrupt calls; and accesses to
 * records, since those of all records at one offset are one function.
 */
const CALLED_IN_COMPACT =
  /^assembly\/(?!.*#[gs]et:|check\/|index\/|words\/|format\/(?!refusalName|imageErrorName|nameLetters)|mode\/(?:answerNow|askNow)$|smp\/receive\/receiveByte$)/;
/** What the compiler is told of a build whose tables are small rather than fast (COMPACT of format/limits.yaml). */
const COMPACT = 'COMPACT_CODE';

export default class KeepCalls extends Transform {
  /** Before anything is optimized. */
  afterCompile(module) {
    const isCompact = this.program.options.globalAliases?.has(COMPACT) ?? false;
    for (const name of functionsOf(module, this.binaryen)) {
      if (!CALLED.test(name) && !(isCompact && CALLED_IN_COMPACT.test(name))) continue;
      this.binaryen.setPassArgument('no-inline', name);
      module.runPasses(['no-inline']);
    }
  }
}

function functionsOf(module, binaryen) {
  return Array.from({ length: module.getNumFunctions() }, (_, index) => {
    return binaryen.getFunctionInfo(module.getFunctionByIndex(index)).name;
  });
}
