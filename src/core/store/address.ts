import { redact } from '../base/redact.js';
import { defaultDatabase } from './defaults.js';

/** Where records are, without secrets. */
export interface StorePlace {
  /** `host:port`, several separated by commas. */
  readonly server: string;
  readonly database: string;
}

export function placeOfStore(url: string): StorePlace {
  const [, server = ''] = /^[a-z+]+:\/\/(?:\*\*\*@)?([^/?]*)/i.exec(redact(url)) ?? [];
  return { server, database: databaseOf(url) };
}

/** The database that a URL names. */
export function databaseOf(url: string): string {
  const named = new URL(url.replace(/^mongodb(\+srv)?:\/\/[^/]*/, 'mongodb://h')).pathname.slice(1);
  return decodeURIComponent(named) || defaultDatabase;
}
