/**
 * Breaks the code in one place at a time, and fails if the tests named for it stay green: `npm run mutants [WORD]`, where WORD selects
 * mutants by their description. The file is restored afterwards, also on Ctrl-C.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { execa } from 'execa';
import { mutants, type Mutant } from './list.js';

process.on('SIGINT', () => process.exit(130));
const [word = ''] = process.argv.slice(2);
const chosen = mutants.filter(({ breaks }) => breaks.includes(word));
let survivors = 0;
for (const mutant of chosen) {
  const isRed = await goesRed(mutant);
  if (!isRed) survivors += 1;
  console.log(`${isRed ? 'red     ' : 'SURVIVED'} ${mutant.breaks}`);
}
console.log(`${chosen.length - survivors} of ${chosen.length} mutants turn a test red`);
process.exitCode = survivors === 0 && chosen.length > 0 ? 0 : 1;

async function goesRed({ file, from, to, tests }: Mutant): Promise<boolean> {
  const whole = readFileSync(file, 'utf8');
  if (whole.split(from).length !== 2) throw new Error(`${file} does not have this exactly once: ${from}`);
  const restore = (): void => {
    writeFileSync(file, whole);
  };
  process.once('exit', restore);
  try {
    writeFileSync(
      file,
      whole.replace(from, () => to),
    );
    const { failed, stdout } = await execa('npx', ['vitest', 'run', ...tests], {
      reject: false,
      env: { NO_COLOR: '1' },
    });
    if (failed && !/Tests .*\d+ failed/.test(stdout))
      throw new Error(`the tests of ${file} could not be run:\n${stdout}`);
    return failed;
  } finally {
    restore();
    process.off('exit', restore);
  }
}
