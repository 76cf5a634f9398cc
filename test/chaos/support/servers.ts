/** The servers that a trial runs against. */
export interface Servers {
  /** Asked by the test itself. */
  readonly brokers: string[];
  readonly store: string;
  /** What the commands under test are given: the same servers, or what stands before them. */
  readonly reached: { readonly brokers: readonly string[]; readonly store: string };
  /** What MVS_HOME would be. */
  readonly home: string;
  /** Of each topic. */
  readonly replicationFactor: number;
  /** Everything works again. */
  heal(): Promise<void>;
}
