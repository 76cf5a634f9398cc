/**
 * Records a session with mvs, as a terminal shows it, in docs/session.md. With --check it writes nothing, and fails if the recording
 * differs from what the commands print now. Usage: tsx scripts/docs/session.ts [--check]
 */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';

const root = path.resolve(import.meta.dirname, '../..');
const file = path.join(root, 'docs/session.md');

const steps: readonly (readonly [intent: string, ...commands: string[]])[] = [
  ['Check that mvs can run on this machine:', 'doctor'],
  ['Start a local Kafka and MongoDB, and create a topic:', 'up', 'topic:create --partitions 3'],
  [
    'Publish every third frame of the bundled clips. The frames then wait in the topic:',
    'produce videos/*.webm --every 3',
    'lag',
  ],
  [
    'Classify the frames with three group members, and store one record per frame:',
    'consume --threads 3 --batch 32 --until-drained',
    'lag',
  ],
  ['See what is in the videos:', 'query', 'query cat', 'query --label espresso', 'query cats'],
  ['Check that every frame is stored, and that everything works:', 'verify', 'status'],
  ['Write a report:', 'report --out report.html'],
  [
    'A better model next month. Classify the stored frames with another network; the answers stay those of the first one:',
    'relabel --model efficientnet-lite0-int8',
  ],
  ['Compare the results of both networks:', 'diff efficientnet-lite0 efficientnet-lite0-int8'],
  [
    'Answer from the new one, and delete the results of the old one:',
    'models:activate efficientnet-lite0-int8',
    'query',
    'results:delete --model efficientnet-lite0 --force',
    'verify',
  ],
  ['Stop the servers and delete their data:', 'down --wipe --force'],
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
  // The default ports may be in use here. The recording shows them all the same.
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
    for (const [intent, ...commands] of steps) {
      const outputs: string[] = [];
      for (const command of commands) outputs.push(await run(command));
      parts.push(`${intent}\n\n\`\`\`console\n${outputs.join('\n\n')}\n\`\`\``);
    }
  } finally {
    await run('down --wipe --force');
    await rm(work, { recursive: true, force: true });
  }
  return withoutAccidents(parts.join('\n\n'), work);
}

/** Removes what differs between runs and machines. */
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

/** The findings of the doctor depend on the machine, so only the names of its checks are compared. */
function withoutMachine(text: string): string {
  return text.replace(/(?<=\$ mvs doctor\n)[\s\S]*?(?=\n```)/, (found) =>
    found.replaceAll(/\n +→ .*/g, '').replaceAll(/^[✓!✗] (.+?) {2,}.*$/gm, '$1'),
  );
}

/** Numbers with a decimal point are times, rates and confidences. The widths of columns depend on them. */
function essence(text: string): string {
  return (
    withoutMachine(text)
      .replaceAll(/\d+\.\d+/g, 'N')
      .replaceAll(/(?<=MiB|KiB|emulator |java |N +)\s*\d+$/gm, 'N')
      .replaceAll(/\d{3,}(?= *$)/gm, 'N')
      // The partition of a frame is random.
      .replaceAll(/(?<=multi-video-stream +\d) .*/g, '')
      .replaceAll(/just now|\d+ \w+ ago/g, 'A')
      .replaceAll(/[▁▂▃▄▅▆▇█]+/g, 'C')
      .replaceAll(/[ \t]+/g, ' ')
  );
}

const intro = `# A session

Recorded by \`npm run session\`. CI records it again and compares everything except times, rates and confidences.

`;
const recorded = `${intro}${await record()}\n`;
if (process.argv.includes('--check')) {
  const kept = await readFile(file, 'utf8');
  if (essence(kept) !== essence(recorded)) {
    process.stderr.write(`docs/session.md is out of date; run "npm run session":\n${recorded}`);
    process.exitCode = 1;
  }
} else {
  await writeFile(file, recorded);
}
