/** Prometheus' text format, read as strictly as Prometheus reads it. */

export interface Family {
  readonly type: string;
  readonly help: string;
  /** By the text of their names and labels. */
  readonly samples: ReadonlyMap<string, number>;
}

const sampleLine =
  /^([a-zA-Z_:][\w:]*)(\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*\})? (Na[Nn]|[+-]Inf|[-+.\deE]+)$/;
const suffixes: Readonly<Record<string, readonly string[]>> = {
  counter: [''],
  gauge: [''],
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
};

/** @throws where a line is none of the format, or belongs to nothing that was announced */
export function parseExposition(text: string): Map<string, Family> {
  const families = new Map<string, { type: string; help: string; samples: Map<string, number> }>();
  for (const line of text.split('\n').filter(Boolean)) {
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    const family = families.get(name) ?? { type: '', help: '', samples: new Map<string, number>() };
    if (keyword === 'HELP') families.set(name, { ...family, help: rest });
    else if (keyword === 'TYPE') families.set(name, { ...family, type: rest });
    else addSample(line, families);
  }
  return families;
}

function addSample(
  line: string,
  families: ReadonlyMap<string, { type: string; samples: Map<string, number> }>,
): void {
  const [, name, labels = '', value] = sampleLine.exec(line) ?? [];
  if (name === undefined) throw new Error(`no sample: ${line}`);
  const owner = [...families].find(([family, { type }]) =>
    suffixes[type]?.some((suffix) => name === family + suffix),
  );
  if (!owner) throw new Error(`a sample of nothing: ${line}`);
  if (owner[1].samples.has(name + labels)) throw new Error(`twice: ${line}`);
  owner[1].samples.set(name + labels, Number(value?.replace('Inf', 'Infinity')));
}
