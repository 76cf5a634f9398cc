import { describe, expect, it } from 'vitest';
import { jsonOf, workspace } from '../support/mvs.js';

describe('a command that there is not', () => {
  it.each([
    [['topic:craete'], /^error: mvs has no command "topic:craete"\n {2}Did you mean "topic:create"/],
    [['prodcue', 'a.mp4'], /Did you mean "produce"\?/],
    [['topics'], /Did you mean "topic"/],
    [['topic', 'frobnicate'], /"topic:frobnicate"\n {2}"mvs topic --help" lists the commands\./],
    [['frobnicate', '--help'], /"frobnicate"\n {2}"mvs --help" lists the commands\./],
    [['help', 'topik'], /no command "topik"\n {2}Did you mean "topic"/],
    [['topic:craete', '-h'], /Did you mean "topic:create"/],
    [['frobnicate'], /"frobnicate"\n {2}"mvs --help" lists the commands\./],
  ])('%j is an error of usage that suggests what was meant', async (args, message) => {
    const { mvs } = workspace();
    const { stdout, stderr, exitCode } = await mvs(...args);
    expect(stderr).toMatch(message);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
  });

  it('is an object on stdout under --json', async () => {
    const { mvs } = workspace();
    const result = await mvs('lagg', '--json');
    expect(jsonOf(result)).toMatchObject({
      error: { code: 'USAGE', hint: expect.stringContaining('lag') as string },
    });
    expect(result).toMatchObject({ exitCode: 2, stderr: '' });
  });
});
