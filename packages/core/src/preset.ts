/** For authors of presets. */
export type { Demo, DemoCounts, DemoOptions, DemoStage, Preset } from './contracts/preset.js';
