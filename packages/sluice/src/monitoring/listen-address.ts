/** Where a server listens. Port 0: any that is free. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}
