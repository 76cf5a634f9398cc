import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { Output } from '../base/output-file.js';
import type { ReportedVideo } from './videos.js';

/** `assets/report` of this package, three levels up, both in src and in dist. */
const assets = new URL('../../../assets/report/', import.meta.url);

/** The whole report in one self-contained file, written one video at a time. */
export interface Page extends AsyncDisposable {
  /** @throws MvsError DISK_FULL, CONFIG */
  add(video: ReportedVideo): Promise<void>;
  /** Ends the page and moves it to its place. If it is disposed before that, nothing is left. @throws MvsError DISK_FULL, CONFIG */
  finish(): Promise<void>;
}

/** Begins the page. @throws MvsError DISK_FULL, CONFIG if it cannot be written */
export async function openPage(output: Output, generatedAt: Date): Promise<Page> {
  const [head = '', tail = ''] = (await template(generatedAt)).split('<!--VIDEOS-->');
  try {
    await output.write(head);
  } catch (error) {
    await output[Symbol.asyncDispose]();
    throw error;
  }
  return {
    add: (video) => output.write(dataBlock(video)),
    finish: async () => {
      await output.write(tail);
      await output.finish();
    },
    [Symbol.asyncDispose]: () => output[Symbol.asyncDispose](),
  };
}

async function template(generatedAt: Date): Promise<string> {
  // The meaning of words is that of `--label`: a file of src, as JavaScript.
  const labelWords = pathToFileURL(createRequire(import.meta.url).resolve('#words')).href;
  const [page, style, ...scripts] = await Promise.all(
    [
      'page.html',
      'report.css',
      labelWords,
      'words.js',
      'search.js',
      'pictures.js',
      'curves.js',
      'legends.js',
      'timelines.js',
      'report.js',
    ].map((name) => readFile(new URL(name, assets), 'utf8')),
  );
  const parts = new Map([
    ['/*STYLE*/', style],
    ['/*SCRIPT*/', scripts.map(withoutModules).join('\n')],
    ['/*GENERATED-AT*/', generatedAt.toISOString()],
  ]);
  return (page ?? '').replaceAll(/\/\*(?:STYLE|SCRIPT|GENERATED-AT)\*\//g, (mark) => parts.get(mark) ?? '');
}

/** A page in one file cannot import modules: they are joined to one script, in the order of their imports. */
function withoutModules(script: string): string {
  return script.replaceAll(/^import [^;]*;\n|^export \{[^}]*\};\n|^export /gm, '');
}

/** One script element for each video, because the length of a string in a browser is limited too. */
function dataBlock(video: ReportedVideo): string {
  // Names are untrusted input and must not end the script element.
  const data = JSON.stringify(video).replaceAll('<', '\\u003c');
  return `<script type="application/json" class="video">${data}</script>\n`;
}
