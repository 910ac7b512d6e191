/** For authors of presets. */
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
