/** How messages speak of a destination or a source. */
export interface HttpPeer {
  /** `PostHog` */
  readonly name: string;
  /** The option that holds its address: `host`. */
  readonly addressOption: string;
  /** The option that permits plain http to another machine, if there is one: `allowInsecure`. */
  readonly insecureOption?: string;
}
