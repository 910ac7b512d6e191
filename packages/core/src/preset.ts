/** For authors of presets. */
export type { Demo, DemoCounts, DemoOptions, DemoStage, Preset, PresetDemo } from './contracts/preset.js';
