import { Argument, type Command } from 'commander';
import { completionScript, SHELLS, type ShellName } from '../common/completion.ts';

/** `holdfast completion`: what a shell needs to complete the verbs, their options and the words that these take. */

const HELP = `
Examples:
  source <(holdfast completion bash)                                       in ~/.bashrc
  holdfast completion zsh > "\${fpath[1]}/_holdfast"                        once
  holdfast completion fish > ~/.config/fish/completions/holdfast.fish      once`;

export function register(program: Command): void {
  program
    .command('completion')
    .description('print the completion script of a shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(SHELLS))
    .addHelpText('after', HELP)
    .action((shell: ShellName) => {
      process.stdout.write(completionScript(program, shell));
    });
}
