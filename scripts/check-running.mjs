// For scripts/check-image.sh: creates a topic, then produces and consumes a clip with the image's ENTRYPOINT. Checks that the
// HEALTHCHECK succeeds, that SIGTERM to process 1 ends it orderly within the drain time, and that it writes to /tmp only.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const stages = JSON.parse(readFileSync('/opt/dockerfile.json', 'utf8'));
const words = (name) => stages.at(-1).Instructions.findLast(({ Name }) => Name.toLowerCase() === name).Words;
const [program, ...before] = words('entrypoint');
const { brokers, store } = JSON.parse(readFileSync('/opt/up.json', 'utf8'));
const name = `image-${process.pid}-${Date.now()}`;
process.env.MVS_BROKERS = brokers.join(',');
process.env.MVS_STORE = store.replace(/[^/]*$/, name);
process.env.MVS_TOPIC = process.env.MVS_GROUP = name;
process.env.MVS_METRICS = '127.0.0.1:0';

function mvs(...args) {
  const { status, stdout, stderr } = spawnSync(program, [...before, ...args], { encoding: 'utf8' });
  assert.equal(status, 0, `mvs ${args.join(' ')}: ${stderr}`);
  return stdout;
}

async function until(what, isSo) {
  for (const end = Date.now() + 60_000; Date.now() < end; await sleep(200)) if (await isSo()) return;
  throw new Error(`waited a minute until ${what}`);
}

assert.throws(() => writeFileSync('/opt/mvs/x', ''), /EROFS|EACCES/);
mvs('topic:create', '--partitions', '3', '--if-not-exists');
mvs('produce', '/opt/cat.webm', '--every', '10', '--width', '456');
const consumer = spawn(program, [...before, 'consume'], { stdio: ['ignore', 'inherit', 'pipe'] });
let said = '';
consumer.stderr.on('data', (text) => (said += text));
const ended = new Promise((resolve) => consumer.on('exit', (code, signal) => resolve({ code, signal })));
try {
  await until('its port is printed', () => /127\.0\.0\.1:\d+/.test(said));
  const [check, ...rest] = words('healthcheck').slice(1);
  const env = { ...process.env, MVS_METRICS: /127\.0\.0\.1:\d+/.exec(said)[0] };
  await until('HEALTHCHECK succeeds', () => spawnSync(check, rest, { env }).status === 0);
  await until('all frames are stored', () => JSON.parse(mvs('lag', '--json')).total === 0);
} catch (error) {
  console.error(said);
  throw error;
} finally {
  consumer.kill('SIGTERM');
}
const since = Date.now();
const end = await ended;
const seconds = (Date.now() - since) / 1000;
assert.deepEqual(end, { code: 0, signal: null }, said);
assert.ok(seconds < 10, `the drain took ${seconds} s`);
mvs('verify');
mvs('topic:delete', '--force', name);
console.log(`runs as user ${process.getuid()} from read-only folders; drained in ${seconds.toFixed(1)} s`);
