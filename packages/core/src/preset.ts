/** For authors of presets. */
export type { ChartDescription, DashboardDescription } from './contracts/dashboard.js';
export type { Demo, DemoCounts, DemoOptions, DemoStage, Preset, PresetDemo } from './contracts/preset.js';
