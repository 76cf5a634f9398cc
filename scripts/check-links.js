// Fails if a document links to a missing file or heading, or names a missing source file. Usage: npm run links
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { globSync } from 'tinyglobby';

const root = path.resolve(import.meta.dirname, '..');
const documents = globSync('**/*.md', {
  cwd: root,
  ignore: ['**/node_modules', 'bench/.work', 'dist'],
}).sort();
/** The folders in which a path in a document may begin. The changelog is excluded, because it describes the past. */
const bases = ['.', 'src', 'src/core', 'test'];
const past = new Set(['CHANGELOG.md']);

const read = (file) => readFileSync(path.join(root, file), 'utf8');
const withoutCode = (text) => text.replaceAll(/^```[^]*?^```/gm, '');

/** The anchors that GitHub generates for the headings of a document. */
function anchorsOf(text) {
  const seen = new Map();
  return new Set(
    [...withoutCode(text).matchAll(/^#+ +(.+)$/gm)].map(([, heading]) => {
      const plain = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
      const slug = plain.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-');
      const count = seen.get(slug) ?? 0;
      seen.set(slug, count + 1);
      return count === 0 ? slug : `${slug}-${count}`;
    }),
  );
}

function brokenLinks(file, text) {
  const links = [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g)].map(([, a, b]) => a ?? b);
  return links.filter((link) => {
    if (/^[a-z]+:/.test(link)) return false;
    const [target, anchor] = link.split('#');
    const to = target === '' ? file : path.join(path.dirname(file), target);
    if (!existsSync(path.join(root, to))) return true;
    return anchor !== undefined && !anchorsOf(read(to)).has(anchor);
  });
}

function missingFiles(file, text) {
  if (past.has(file)) return [];
  // NAME and TOPIC are placeholders.
  const named = [...text.matchAll(/`((?:[\w-]+\/)+[\w.-]+\.(?:ts|cts|js|java|sh))`/g)].map(
    ([, name]) => name,
  );
  return named.filter(
    (name) => !/NAME|TOPIC/.test(name) && !bases.some((base) => existsSync(path.join(root, base, name))),
  );
}

const problems = documents.flatMap((file) => {
  const text = withoutCode(read(file));
  return [...brokenLinks(file, text), ...missingFiles(file, text)].map((what) => `${file}: ${what}`);
});
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exitCode = 1;
else console.log(`${documents.length} documents: all links and file names exist`);
