import { readFile } from 'node:fs/promises';
import type { ReportedVideo } from './videos.js';

/** `assets/report` of this package: three levels up from here, in src and in dist alike. */
const assets = new URL('../../../assets/report/', import.meta.url);

/** The whole report in one file that needs no network. */
export async function renderPage(videos: readonly ReportedVideo[], generatedAt: Date): Promise<string> {
  const [page, style, script] = await Promise.all(
    ['page.html', 'report.css', 'report.js'].map((name) => readFile(new URL(name, assets), 'utf8')),
  );
  // Names come from anybody, and none of them may end the script that holds them.
  const data = JSON.stringify({ generatedAt, videos }).replaceAll('<', '\\u003c');
  const parts = new Map([
    ['/*STYLE*/', style],
    ['/*SCRIPT*/', script],
    ['/*DATA*/', data],
  ]);
  return (page ?? '').replaceAll(/\/\*(?:STYLE|SCRIPT|DATA)\*\//g, (mark) => parts.get(mark) ?? '');
}
