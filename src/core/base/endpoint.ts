/** Where a server of ours listens. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}
