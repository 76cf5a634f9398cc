/** The place of a message in the stream. */
export interface Origin {
  readonly topic: string;
  readonly partition: number;
  readonly offset: string;
}
