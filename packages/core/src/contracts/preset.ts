import type { DashboardDescription } from './dashboard.js';
import type { SetupQuestion } from './setup.js';

/** What ships for one pair of source and sink: a mapping, a pipeline file, and demos of both. */
export interface Preset {
  /** The types of the adapters, as `use:` names them. */
  readonly source: string;
  readonly sink: string;
  /**
   * What `init` calls its events, where several presets fit the same adapters: a name for the flag `--events` and for the
   * second pipeline of a folder, and a label for people. Such presets ask the same questions. The first is the default.
   */
  readonly events?: { readonly name: string; readonly label: string };
  /** The pipeline file, as an absolute path. Its comments and options are what `init` starts from. */
  readonly pipeline: string;
  /** The mapping that a written one extends: its path within an installed package, and as an absolute path. */
  readonly mapping: { readonly specifier: string; readonly path: string };
  /** Questions about the parameters of the mapping. */
  readonly setup: readonly SetupQuestion[];
  /** Lines of YAML that `init` puts into a written mapping as a comment: how an event is changed. */
  readonly example: string;
  /** For the sink, whatever the source; a chart is offered to a mapping that makes its events. Default: none. */
  readonly dashboards?: readonly DashboardDescription[];
  /** Default: none. Of all presets, the first one is shown unless another is chosen. */
  readonly demos?: readonly PresetDemo[];
}

/** One demo of the pair. What it needs is loaded only when it is chosen. */
export interface PresetDemo {
  /** What chooses it: with the option `edition` and the value `two`, `--edition two`. Every option that is given must fit. */
  readonly chosenBy: readonly DemoChoice[];
  /** The pipeline files that it runs, one after the other, as absolute paths. Default: that of the preset. */
  readonly pipelines?: readonly string[];
  /** Rejects with a `ConfigError` that names the packages to install when they are missing. */
  load(): Promise<Demo>;
}

/** An option of `sluice demo`, with the value that chooses this demo. */
export interface DemoChoice {
  readonly option: string;
  readonly describe: string;
  readonly value: string;
}

export interface Demo {
  /** Starts both sides on this machine. */
  start(options: DemoOptions): Promise<DemoStage>;
}

export interface DemoOptions {
  /** How many records the history is made for. */
  readonly size: number;
  /** Where `keepEvents` puts what arrived. */
  readonly directory: string;
  /** Tells a person what happens, a line at a time. */
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** A source with a history and a destination that counts what arrives. */
export interface DemoStage {
  /** The variables that the pipeline files read. */
  readonly environment: Readonly<Record<string, string>>;
  /** How many events have arrived, repeats included. */
  received(): number;
  counts(): readonly DemoCounts[];
  /** What the destination's own pages say. Absent: they are not shown. */
  figures?(): DemoFigures;
  /** One event of each kind, as it arrived. */
  samples(): readonly object[];
  /** Writes every event that arrived to a file of the directory and gives its path. */
  keepEvents(): Promise<string>;
  /** Stops both sides. */
  stop(): Promise<void>;
}

/** Of one kind of event: what the source holds, counted apart from the export, and what arrived. */
export interface DemoCounts {
  readonly event: string;
  readonly expected: number;
  readonly received: number;
  /** Without repeats. */
  readonly distinct: number;
}

/** What a person reads at the destination, beside what the source holds, counted apart from the export. */
export interface DemoFigures {
  /** Where the figures stand, such as `Reports of the shop`. */
  readonly title: string;
  readonly figures: readonly DemoFigure[];
}

/** One figure at the destination, beside the one that is expected there. */
export interface DemoFigure {
  /** With its unit. */
  readonly name: string;
  readonly expected: number;
  readonly shown: number;
  /** How far apart the two may be because the destination rounds. Default: 0. */
  readonly tolerance?: number;
}
