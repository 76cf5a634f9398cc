import { expect, it } from 'vitest';
import type { Diagnosis } from '../../src/core/operate/doctor/index.js';
import { bundledFfmpeg, modernFfmpeg } from '../support/modern-ffmpeg.js';
import { jsonOf, workspace } from '../support/mvs.js';

it('mvs doctor finds this machine well, and its own servers on their ports', async () => {
  const { mvs } = workspace();
  const result = await mvs('doctor', '--json');
  const { healthy, checks } = jsonOf(result) as Diagnosis;
  expect(checks.filter(({ state }) => state === 'failed')).toEqual([]);
  expect({ healthy, exitCode: result.exitCode }).toEqual({ healthy: true, exitCode: 0 });
  expect(checks.find(({ name }) => name === 'Kafka port')?.detail).toMatch(/^the local server runs at /);
});

it('mvs doctor names what is hidden from it and a device that onnxruntime lacks, and how to fix it', async () => {
  const absent = process.platform === 'linux' ? 'coreml' : 'tensorrt';
  const { mvs } = workspace({ MVS_FFMPEG: '/no/ffmpeg', JAVA_HOME: '/no/java', MVS_DEVICE: absent });
  const { exitCode, stdout } = await mvs('doctor');
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(
    /^✗ ffmpeg +MVS_FFMPEG=\/no\/ffmpeg is not an executable file\n +→ Set it to the path/m,
  );
  expect(stdout).toMatch(/^! java +no Java found in JAVA_HOME \(\/no\/java\)\n +→ Install Java 17/m);
  expect(stdout).toMatch(/^✓ ffprobe /m);
  expect(stdout).toMatch(
    new RegExp(`^✗ engine onnxruntime +--device ${absent} is not usable.*\n +→ Use --device cpu`, 'm'),
  );
});

it('mvs doctor says what onnxruntime offers, recommends a modern ffmpeg, and says who resolves host names', async () => {
  const { stdout } = await workspace({ MVS_FFMPEG: bundledFfmpeg }).mvs('doctor');
  expect(stdout).toMatch(/^✓ engine onnxruntime +loads; devices: cpu/m);
  expect(stdout).toMatch(/^✓ JPEG decoder +works$/m);
  expect(stdout).toMatch(/^! ffmpeg .*ffmpeg \S+\n +→ Install ffmpeg 6 or later/m);
  expect(stdout).toMatch(/^✓ host names +resolved by /m);
  if (modernFfmpeg === undefined) return;
  const modern = await workspace({ MVS_FFMPEG: modernFfmpeg }).mvs('doctor');
  expect(modern.stdout).toMatch(/^✓ ffmpeg /m);
});
