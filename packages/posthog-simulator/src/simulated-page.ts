/** A dashboard or an insight. A test changes it as people do on PostHog's pages. */
export interface SimulatedPage {
  readonly id: number;
  name: string;
  description: string;
  deleted: boolean;
  tags: readonly string[];
  /** Of an insight, as the following. */
  readonly short_id: string;
  query: Readonly<Record<string, unknown>>;
  dashboards: readonly number[];
}
