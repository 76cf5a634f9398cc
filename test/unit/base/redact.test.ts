import { describe, expect, it } from 'vitest';
import { reportOf, MvsError } from '../../../src/core/base/errors.js';
import { keepSecret, keepSecretOf, redact } from '../../../src/core/base/redact.js';

describe('credentials are masked', () => {
  it.each([
    ['mongodb+srv://me:p%40ss@host/db?x=1', 'mongodb+srv://***@host/db?x=1'],
    ['--store=mongodb://me:p/a@s?s@one,two:1/db', '--store=mongodb://***@one,two:1/db'],
    ['ps rtsp://cam/x?user=a&pwd=b and rtsps://cam/x?a', 'ps rtsp://cam/x?*** and rtsps://cam/x?***'],
    ['cannot open "rtsp://cam:1234@10.0.0.1/a": no', 'cannot open "rtsp://***@10.0.0.1/a": no'],
    [
      'mongodb://h/db?tls=true&tlsCertificateKeyFilePassword=abc',
      'mongodb://h/db?tls=true&tlsCertificateKeyFilePassword=***',
    ],
    [
      'mongodb://h/?authMechanismProperties=AWS_SESSION_TOKEN:abc&w=1',
      'mongodb://h/?authMechanismProperties=***&w=1',
    ],
  ])('in %s', (text, shown) => {
    expect(redact(text)).toBe(shown);
  });

  it('wherever a password stands that is known, also decoded', () => {
    keepSecret('tea for two');
    keepSecretOf('mongodb://me:p%40ss-word@host/db');
    expect(redact('user me, tea for two, p@ss-word, p%40ss-word')).toBe('user me, ***, ***, ***');
  });

  it('in what --json says of an error', () => {
    const url = 'mongodb://me:secret@host';
    expect(reportOf(new MvsError('CONFIG', `bad: ${url}`, { hint: `not ${url}` }))).toEqual({
      code: 'CONFIG',
      message: 'bad: mongodb://***@host',
      hint: 'not mongodb://***@host',
    });
  });
});

it.each(['127.0.0.1:9092', 'mongodb://127.0.0.1:27018/records', 'http://host/picture@2x.png', 'a@b.example'])(
  'text without credentials stays as it is: %s',
  (text) => {
    expect(redact(text)).toBe(text);
  },
);
