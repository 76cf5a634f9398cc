// Checks the promises of deploy/ in the output of its tools (scripts/check-deploy.sh): compose.yaml, dockerfile.json and chart-*.yaml
// in the given folder.
import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse, parseAllDocuments } from 'yaml';

const folder = process.argv[2];
const root = path.join(import.meta.dirname, '..');
const read = (...names) => readFile(path.join(...names), 'utf8');
const { commands } = JSON.parse(await read(root, 'oclif.manifest.json'));
// The variable without a flag (docs/configuration.md), and the one that libuv reads.
const variables = new Set(['MVS_SASL_PASSWORD', 'UV_THREADPOOL_SIZE']);
for (const { flags } of Object.values(commands))
  for (const { env } of Object.values(flags)) variables.add(env);
/** Seconds until a consumer or producer has ended after SIGTERM: docs/reliability.md. */
const drain = 10;

/** Checks that mvs has the command, its flags and the variables. */
function checkCall([command, ...args], env, where) {
  const known = commands[command];
  assert.ok(known, `${where}: mvs has no command ${command}`);
  for (const flag of args.filter((arg) => arg.startsWith('--')))
    assert.ok(known.flags[/^--([^=]+)/.exec(flag)[1]], `${where}: mvs ${command} has no ${flag}`);
  for (const name of env) assert.ok(variables.has(name), `${where}: mvs reads no ${name}`);
}

function checkCompose({ services }, { services: servers }) {
  for (const [name, service] of Object.entries(services)) {
    for (const { host_ip } of service.ports ?? [])
      assert.equal(host_ip, '127.0.0.1', `${name} is reachable from other machines`);
    assert.ok(service.logging?.options?.['max-size'], `the log of ${name} may fill the disk`);
    if (servers[name]) continue;
    assert.ok(service.read_only && service.cap_drop.includes('ALL'), `${name} may do more than it needs`);
    if (service.image !== 'mvs:local') continue;
    checkCall(service.command, Object.keys(service.environment), name);
    assert.ok(parseInt(service.stop_grace_period, 10) > drain, `${name} is killed while it drains`);
  }
  for (const [name, { image }] of Object.entries(servers)) assert.equal(services[name].image, image);
  assert.match(services.mongodb.command.join(' '), /--replSet mvs/);
  assert.match(services.consumer.environment.MVS_STORE, /replicaSet=mvs/);
}

function checkDockerfile(stages) {
  const last = stages.at(-1).Instructions;
  const words = (name) => last.findLast(({ Name }) => Name.toLowerCase() === name)?.Words;
  assert.match(
    words('user')[0],
    /^[1-9]\d*(:\d+)?$/,
    'runAsNonRoot of Kubernetes needs a number that is not 0',
  );
  assert.deepEqual(words('entrypoint'), ['tini', '--', 'mvs']);
  assert.deepEqual(words('stopsignal'), ['SIGTERM']);
  assert.match(words('healthcheck').join(' '), /readyz/);
  const names = stages.map(({ Name }) => Name);
  for (const { From } of stages.flatMap((stage) => stage.Instructions))
    assert.ok(!From || names.includes(From), `no stage ${From}`);
}

function checkChart(objects, where) {
  const of = (kind) => objects.filter((object) => object.kind === kind);
  const named = (kind, name) => of(kind).find(({ metadata }) => metadata.name === name);
  const settings = of('ConfigMap')[0];
  for (const [name, value] of Object.entries(settings.data)) {
    assert.ok(variables.has(name), `${where}: mvs reads no ${name}`);
    assert.doesNotMatch(value, /\/\/[^/]*:[^/]*@/, `${where}: a password in a ConfigMap`);
  }
  for (const workload of [...of('Deployment'), ...of('Job')]) checkPod(workload, settings, where);
  const consumer = of('Deployment').find(({ metadata }) => metadata.name.endsWith('-consumer'));
  for (const { spec } of of('PodDisruptionBudget'))
    assert.deepEqual(spec.selector.matchLabels, consumer.spec.selector.matchLabels);
  for (const { spec } of of('ScaledObject')) {
    assert.equal(named('Deployment', spec.scaleTargetRef.name), consumer);
    assert.equal(consumer.spec.replicas, undefined, `${where}: Helm and KEDA would both set the replicas`);
    assert.equal(spec.fallback.behavior, 'currentReplicasIfHigher', `${where}: KEDA would end consumers`);
    const [{ type, metadata }] = spec.triggers;
    for (const word of Object.keys(metadata))
      assert.ok(scalers[type].has(word), `${where}: KEDA's ${type} scaler reads no ${word}`);
    if (type !== 'kafka') continue;
    const { MVS_TOPIC: topic, MVS_GROUP: consumerGroup, MVS_BROKERS: bootstrapServers } = settings.data;
    assert.deepEqual({ ...metadata, topic, consumerGroup, bootstrapServers }, metadata);
    const { partitions, threads } = maxima(of('Job'), consumer);
    assert.equal(spec.maxReplicaCount, Math.ceil(partitions / threads), `${where}: idle consumers`);
  }
}

/** Checks an upgrade: Kubernetes refuses a changed pod template for an existing Job. */
function checkUpgrade(before, after) {
  for (const { kind, metadata, spec } of before.filter(
    ({ metadata }) => !metadata.annotations?.['helm.sh/hook'],
  )) {
    const same = after.find((object) => object.kind === kind && object.metadata.name === metadata.name);
    if (kind === 'Job' && same)
      assert.deepEqual(same.spec.template, spec.template, `${metadata.name} is immutable`);
  }
}

function maxima(jobs, consumer) {
  const args = jobs.flatMap(({ spec }) => spec.template.spec.containers[0].args);
  const env = consumer.spec.template.spec.containers[0].env;
  return {
    partitions: Number(args.find((arg) => arg.startsWith('--partitions='))?.split('=')[1]),
    threads: Number(env.find(({ name }) => name === 'MVS_THREADS').value),
  };
}

function checkPod({ metadata, spec: { template, selector } }, settings, where) {
  const at = `${where}: ${metadata.name}`;
  const { containers, volumes, securityContext, ...pod } = template.spec;
  const [container] = containers;
  for (const [name, value] of Object.entries(selector?.matchLabels ?? {}))
    assert.equal(template.metadata.labels[name], value, at);
  checkCall(
    container.args,
    (container.env ?? []).map(({ name }) => name),
    at,
  );
  for (const { configMapRef } of container.envFrom ?? [])
    if (configMapRef) assert.equal(configMapRef.name, settings.metadata.name, at);
  assert.ok(securityContext.runAsNonRoot && container.securityContext.readOnlyRootFilesystem, at);
  assert.equal(pod.automountServiceAccountToken, false, at);
  assert.ok((pod.terminationGracePeriodSeconds ?? 30) > drain, `${at} is killed while it drains`);
  assert.ok(container.resources.limits.memory, `${at} has no memory limit`);
  for (const { name } of container.volumeMounts)
    assert.ok(
      volumes.some((volume) => volume.name === name),
      at,
    );
  assert.ok(
    volumes.some(({ name, emptyDir }) => name === 'tmp' && emptyDir?.sizeLimit),
    `${at} has no bounded /tmp`,
  );
  if (/^(consume|produce)$/.test(container.args[0]) && selector)
    assert.ok(container.livenessProbe && container.readinessProbe, at);
}

const [, rules] = /```yaml\n(groups:.*?)```/s.exec(await read(root, 'docs', 'metrics.md'));
assert.deepEqual(parse(await read(root, 'deploy', 'prometheus', 'rules.yml')), parse(rules));
checkCompose(parse(await read(folder, 'compose.yaml')), parse(await read(root, 'compose.yaml')));
checkDockerfile(JSON.parse(await read(folder, 'dockerfile.json')));
const scalers = { kafka: new Set(), 'aws-kinesis-stream': new Set() };
for (const line of (await read(folder, 'keda.txt')).trim().split('\n'))
  scalers[line.startsWith('kafka') ? 'kafka' : 'aws-kinesis-stream'].add(line.split('=')[1]);
const objectsOf = async (name) =>
  parseAllDocuments(await read(folder, name)).map((document) => document.toJS());
const charts = (await readdir(folder)).filter((name) => name.startsWith('chart-'));
assert.ok(charts.length > 0);
for (const name of charts) checkChart(await objectsOf(name), name);
checkUpgrade(await objectsOf('chart-all-values.yaml'), await objectsOf('upgraded.yaml'));
console.log(`deploy/ keeps its promises: compose, Dockerfile, ${charts.length} renderings of the chart`);
