import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { quotedFor } from '../../../src/cli/completion/quoted.js';

const binary = fileURLToPath(new URL('../../../bin/run.js', import.meta.url));

/** A folder with a command `mvs` and files to complete. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mvs-completion-'));
  await mkdir(join(folder, 'bin'));
  await symlink(binary, join(folder, 'bin', 'mvs'));
  await mkdir(join(folder, 'videos'));
  await writeFile(join(folder, 'videos', 'a b.mp4'), '');
  await writeFile(join(folder, 'vienna.mp4'), '');
});
afterAll(() => rm(folder, { recursive: true }));

async function inShell(shell: string, script: string, ...flags: string[]): Promise<string[]> {
  const env = {
    PATH: [join(folder, 'bin'), process.env.PATH].join(delimiter),
    HOME: folder,
    MVS_HOME: join(folder, 'home'),
  };
  const { stdout } = await execa(shell, [...flags, '-c', script], { cwd: folder, env });
  return stdout.split('\n');
}

const installed = (shell: string): boolean =>
  (process.env.PATH ?? '').split(delimiter).some((place) => existsSync(join(place, shell)));

describe('in bash', () => {
  it('the function of the script gives files, values and commands, whatever bash makes of a colon', async () => {
    // As bash splits the line, with a slash between the words.
    const lines = ['vid', 'topic/:/cr', 'produce/vi', 'produce/videos\\/a', 'consume/--engine/=/tfjs'];
    const said = await inShell(
      'bash',
      `source <(mvs completion bash)
      complete -p mvs
      try() { COMP_WORDS=(mvs "$@"); COMP_CWORD=$#; COMPREPLY=(); _mvs; printf '%s\\n' "\${COMPREPLY[@]}" | sort | paste -sd ,; }
      ${lines.map((line) => `try ${line.split(/(?<!\\)\//).join(' ')}`).join('\n')}
      try produce 'videos/a\\ '
      try consume --labels = vid
      try topic:`,
    );
    expect(said).toEqual([
      'complete -F _mvs mvs',
      'videos:delete',
      'create',
      'videos,vienna.mp4',
      'videos/a b.mp4',
      'tfjs-node,tfjs-wasm',
      'videos/a b.mp4',
      'videos',
      'topic:create,topic:delete,topic:describe,topic:list',
    ]);
  });

  it('a version of a model is one word, though bash splits it', async () => {
    const said = await inShell(
      'bash',
      String.raw`source <(mvs completion bash)
      mvs() { printf '%s|' "@{@:2}"; echo; echo net@abc; }
      try() { COMP_WORDS=(mvs "$@"); COMP_CWORD=$#; _mvs; echo "@{COMPREPLY[*]}"; }
      try diff net @ ab
      try diff net @
      COMP_LINE='mvs diff net @ab' try diff net @ ab`.replaceAll('@{', '${'),
    );
    expect(said).toEqual(['diff\\|net@ab\\| abc', 'diff\\|net@\\| abc', 'diff\\|net\\|@ab\\| net@abc']);
  });

  it('a name is not executed, whatever is in it, also after a quote', async () => {
    const said = await inShell(
      'bash',
      String.raw`source <(mvs completion bash)
      name='a $(touch executed)"\x'"'$NAME"
      mvs() { printf '%s\n' "$name"; }
      for quote in '' '"' "'"; do
        COMP_WORDS=(mvs query "$quote"a); COMP_CWORD=2; _mvs
        said=; eval "said=$quote$COMPREPLY$quote"
        [[ $said == "$name" ]] && echo same
      done`.replace('$NAME', '\\`touch executed\\`'),
    );
    expect(said).toEqual(['same', 'same', 'same']);
    expect(existsSync(join(folder, 'executed'))).toBe(false);
  });

  it('the folder of mvs may have any name', async () => {
    const path = "/opt/it's $(touch executed)/a $& b";
    expect(await inShell('bash', `program=${quotedFor('bash', path)}; echo "$program"`)).toEqual([path]);
    expect(quotedFor('fish', String.raw`it's\a`)).toBe(String.raw`'it\'s\\a'`);
  });

  it('the script is that of the shell that is named', async () => {
    expect((await inShell('bash', 'mvs autocomplete bash | bash -n && echo fine'))[0]).toBe('fine');
    expect((await inShell('bash', 'mvs completion zsh'))[0]).toBe('#compdef mvs');
  });
});

it.skipIf(!installed('fish'))('fish completes files, values and commands', async () => {
  const said = await inShell(
    'fish',
    `mvs completion fish | source
    for line in "mvs vid" "mvs produce vi" "mvs consume --engine=tfjs" "mvs consume --labels=vid" "mvs produce --watch vi"
      complete --do-complete $line | string replace -r '\\t.*' '' | string join ,
    end
    true`,
    '--no-config',
  );
  expect(said).toEqual([
    'videos:delete',
    'videos/,vienna.mp4',
    '--engine=tfjs-node,--engine=tfjs-wasm',
    '--labels=videos/',
    'videos/',
  ]);
});
