import base from './vitest.config.js';
const t = base.test!;
t.execArgv = ['--cpu-prof', '--cpu-prof-dir=/tmp/l16p-sv', '--cpu-prof-interval=2000'];
for (const p of t.projects as any[]) p.test.execArgv = t.execArgv;
export default base;
