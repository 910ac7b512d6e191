import { measureProgram } from './measure-program.mjs';

/**
 * Runs a contestant once, and assures that what it has to deliver has arrived.
 *
 * @param {import('../contestants.mjs').Contestant} contestant
 */
export async function measureContestant({ name, delivers, program, ...conditions }, world) {
  const { events } = world;
  const { remove, ...command } = program(events);
  try {
    const figures = await measureProgram(command, world, conditions);
    if (delivers === 'all' && (figures.distinct !== events || figures.events !== events)) {
      throw new Error(
        `${name} delivered ${figures.events} events, ${figures.distinct} of them different, instead of ${events}`,
      );
    }
    return figures;
  } finally {
    remove?.();
  }
}
