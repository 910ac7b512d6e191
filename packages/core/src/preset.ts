/** For authors of presets. */
export type { ChartDescription, DashboardDescription } from './contracts/dashboard.js';
export type {
  Demo,
  DemoChoice,
  DemoCounts,
  DemoFigure,
  DemoFigures,
  DemoOptions,
  DemoStage,
  Preset,
  PresetDemo,
} from './contracts/preset.js';
