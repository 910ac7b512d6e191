import { median } from '../median.mjs';
import { measureProgram } from '../measure/measure-program.mjs';
import { scriptPath } from '../contestants.mjs';
import { sluiceCommand } from '../sluice-command.mjs';

const ROUNDS = 5;

/** What the command costs before it does anything, beside the least that any Node program costs. */
export async function start(world, { report }) {
  report('start');
  const idle = sluiceCommand();
  const [node, program] = idle.command;
  const empty = { ...world, databaseUrl: world.emptyUrl };
  const programs = {
    node: { command: [node, '-e', '0'] },
    version: { command: [node, program, '--version'] },
    connection: { command: [node, scriptPath('one-connection')] },
    libraries: { command: [node, scriptPath('libraries')] },
    idleRun: idle,
  };
  const measured = Object.fromEntries(Object.keys(programs).map((name) => [name, []]));
  try {
    // The first run binds the state; the following ones have nothing to do.
    await measureProgram(idle, empty);
    for (let round = 0; round < ROUNDS; round += 1) {
      for (const [name, each] of Object.entries(programs)) measured[name].push(await measureProgram(each, empty));
    }
  } finally {
    idle.remove();
  }
  const figures = Object.fromEntries(
    Object.entries(measured).map(([name, runs]) => [
      name,
      { wallMs: median(runs.map(({ wallMs }) => wallMs)), cpuMs: median(runs.map(({ cpuMs }) => cpuMs)) },
    ]),
  );
  return {
    ...figures,
    versionRatio: figures.version.cpuMs / figures.node.cpuMs,
    idleRunRatio: figures.idleRun.cpuMs / figures.connection.cpuMs,
  };
}
