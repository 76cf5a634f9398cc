/**
 * Records the whole way through mvs, as a terminal shows it, in docs/session.md. With --check it writes nothing and fails where the
 * recording says something else than the commands do now. Usage: tsx scripts/docs/session.ts [--check]
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';

const root = path.resolve(import.meta.dirname, '../..');
const file = path.join(root, 'docs/session.md');

const steps: readonly (readonly [says: string, ...commands: string[]])[] = [
  ['Is this machine fit for it?', 'doctor'],
  ['A local Kafka and MongoDB:', 'up', 'topic:create --partitions 3'],
  [
    'Every third frame of the bundled clips goes to the topic, and waits there:',
    'produce videos/*.webm --every 3',
    'lag',
  ],
  [
    'Three members of a group classify them, and store one record each:',
    'consume --threads 3 --batch 32 --until-drained',
    'lag',
  ],
  ['What is in the videos?', 'query', 'query cat', 'query --label espresso', 'query cats'],
  ['Is every frame there, and is all well?', 'verify', 'status'],
  ['A page to send around:', 'report --out report.html'],
  ['And away with it all:', 'down --wipe --force'],
];

async function record(): Promise<string> {
  const work = await mkdtemp(path.join(tmpdir(), 'mvs-session-'));
  const home = path.join(work, 'home');
  const env = {
    MVS_HOME: home,
    MVS_CACHE:
      process.env.MVS_CACHE ??
      path.join(process.env.MVS_HOME ?? path.join(process.env.HOME ?? '', '.local/share/mvs'), 'cache'),
    XDG_CONFIG_HOME: work,
    NO_COLOR: '1',
    MVS_LOG_LEVEL: 'warn',
    COLUMNS: '100',
  };
  // The usual ports may be taken here; the recording shows them all the same.
  const ports: Record<string, string> = { MVS_KAFKA_PORT: '0', MVS_MONGO_PORT: '0' };
  const run = async (command: string): Promise<string> => {
    const shown = `$ mvs ${command}`;
    const args = command.replace('report.html', path.join(work, 'report.html')).split(' ');
    const { all } = await execa('sh', ['-c', `node bin/run.js ${args.join(' ')}`], {
      cwd: root,
      env: { ...env, ...ports },
      all: true,
      reject: false,
    });
    return `${shown}\n${all}`;
  };
  const parts: string[] = [];
  try {
    for (const [says, ...commands] of steps) {
      const outputs: string[] = [];
      for (const command of commands) outputs.push(await run(command));
      parts.push(`${says}\n\n\`\`\`console\n${outputs.join('\n\n')}\n\`\`\``);
    }
  } finally {
    await run('down --wipe --force');
    await rm(work, { recursive: true, force: true });
  }
  return withoutAccidents(parts.join('\n\n'), work);
}

/** What differs from run to run and from machine to machine. */
function withoutAccidents(text: string, work: string): string {
  const kafka = /MVS_BROKERS=127\.0\.0\.1:(\d+)/.exec(text)?.[1] ?? '9092';
  const mongo = /MVS_STORE=mongodb:\/\/127\.0\.0\.1:(\d+)/.exec(text)?.[1] ?? '27017';
  return text
    .replaceAll(path.join(work, 'home'), '~/.local/share/mvs')
    .replaceAll(`${work}/`, '')
    .replaceAll(`${root}/`, '')
    .replaceAll(new RegExp(`:${kafka}\\b`, 'g'), ':9092')
    .replaceAll(new RegExp(`:${mongo}\\b`, 'g'), ':27017')
    .replace(/(?<=✓ Kafka port +)any free one/, '9092 is free')
    .replace(/(?<=✓ MongoDB port +)any free one/, '27017 is free')
    .replaceAll(/mvs-[0-9a-f-]{36}/g, 'mvs-…');
}

/** What the doctor finds is the machine's: that it looks everywhere is what can be compared. */
function withoutMachine(text: string): string {
  return text.replace(/(?<=\$ mvs doctor\n)[\s\S]*?(?=\n```)/, (found) =>
    found.replaceAll(/\n +→ .*/g, '').replaceAll(/^[✓!✗] (.+?) {2,}.*$/gm, '$1'),
  );
}

/** Numbers with a point are times, rates and confidences; widths of columns follow from them. */
function essence(text: string): string {
  return (
    withoutMachine(text)
      .replaceAll(/\d+\.\d+/g, 'N')
      .replaceAll(/(?<=MiB|KiB|emulator |java |N +)\s*\d+$/gm, 'N')
      .replaceAll(/\d{3,}(?= *$)/gm, 'N')
      // Which partition a frame goes to is up to chance.
      .replaceAll(/(?<=multi-video-stream +\d) .*/g, '')
      .replaceAll(/[▁▂▃▄▅▆▇█]+/g, 'C')
      .replaceAll(/[ \t]+/g, ' ')
  );
}

const intro = `# The whole way

Recorded by \`npm run session\`; CI makes it again and compares (times, rates and confidences aside).

`;
const recorded = `${intro}${await record()}\n`;
if (process.argv.includes('--check')) {
  const kept = await readFile(file, 'utf8');
  if (essence(kept) !== essence(recorded)) {
    process.stderr.write(
      `docs/session.md is not what the commands say now; run "npm run session":\n${recorded}`,
    );
    process.exitCode = 1;
  }
} else {
  await writeFile(file, recorded);
}
