/**
 * kafkajs 2.2.4 sets timers in the past, which fire at once, as it means them to; and it hangs up again and again on a socket that is still
 * connecting. Node warns about both, and users cannot do anything about it.
 */
const harmless = /TimeoutNegativeWarning|connect listeners added to \[Socket\]/;

const emitWarning = process.emitWarning.bind(process) as (...words: unknown[]) => void;

process.emitWarning = (...words: unknown[]) => {
  if (!harmless.test(words.join(' '))) emitWarning(...words);
};
