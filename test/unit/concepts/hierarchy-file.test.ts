import { describe, expect, it } from 'vitest';
import { parseHierarchy, parseKept } from '../../../src/core/concepts/hierarchy-file.js';
import { meaningOf } from '../../../src/core/concepts/meaning.js';

const labels = ['sedan', 'lorry, truck', 'tabby'];
const content = {
  classes: ['sedan', 'truck', 'tabby'],
  concepts: {
    vehicle: { names: ['vehicle'] },
    car: { names: ['car', 'automobile'], above: ['vehicle'] },
    sedan: { above: ['car'] },
    truck: { above: ['vehicle'] },
    tabby: {},
  },
};

describe('a hierarchy.json', () => {
  it('needs no names for classes, and no levels', () => {
    const hierarchy = parseHierarchy(JSON.stringify(content), labels, 'x');
    const of = (text: string) => [...meaningOf(text, { labels, hierarchy }).classes].sort();
    expect(of('cars')).toEqual([0]);
    expect(of('vehicle')).toEqual([0, 1]);
    expect(of('lorries')).toEqual([1]);
    expect([1, 2, 3].map((level) => hierarchy.groupOf(0, level)?.names[0])).toEqual([
      'vehicle',
      'car',
      undefined,
    ]);
    expect(hierarchy.groupOf(2, 1)).toBeUndefined();
  });

  it('may begin with the mark that Windows programs write', () => {
    const hierarchy = parseHierarchy(`\ufeff${JSON.stringify(content)}`, labels, 'x');
    expect(hierarchy.named('cars').usual[0]?.id).toBe('car');
  });

  it('with a cycle is invalid', () => {
    const cyclic = { ...content.concepts, vehicle: { names: ['vehicle'], above: ['tabby', 'car'] } };
    const parse = () => parseHierarchy(JSON.stringify({ ...content, concepts: cyclic }), labels, 'x');
    expect(parse).toThrow(/the concept "(?:vehicle|car)" is above itself/);
  });

  it('may have any id', () => {
    const ids = ['constructor', '__proto__', 'prototype'];
    const concepts = `{${ids.map((id) => `${JSON.stringify(id)}: { "names": ["the ${id}"] }`).join()}}`;
    const text = `{ "classes": ${JSON.stringify(ids)}, "concepts": ${concepts} }`;
    const hierarchy = parseHierarchy(text, labels, 'x');
    expect(ids.map((id) => hierarchy.named(`the ${id}`).usual[0]?.own)).toEqual([[0], [1], [2]]);
  });

  it.each([
    ['no JSON', 'x', /cannot read the hierarchy of here/],
    ['another shape', '{"classes": 1}', /classes/],
    ['a list of concepts', JSON.stringify({ ...content, concepts: [] }), /concepts: must be an object/],
    [
      'a concept of another shape',
      JSON.stringify({ ...content, concepts: { ...content.concepts, car: { names: 1 } } }),
      /concepts\.car\.names/,
    ],
    ['an unknown key', JSON.stringify({ ...content, more: 1 }), /more/],
    ['too few classes', JSON.stringify({ ...content, classes: ['sedan'] }), /has 1 classes, .* 3 labels/],
    [
      'an unknown concept',
      JSON.stringify({ ...content, levels: [['bus']] }),
      /does not describe the concept "bus"/,
    ],
  ])('with %s is invalid', (_, text, problem) => {
    expect(() => parseHierarchy(text, labels, 'here')).toThrow(problem);
  });

  it('that is not what a database keeps is invalid', () => {
    expect(() => parseKept('{}', 'x@1')).toThrow(/hierarchy of x@1: labels/);
  });
});
