/** Where a message lies in the stream. */
export interface Origin {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
}
