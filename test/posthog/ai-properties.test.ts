import { posthogSink } from '@sluice/posthog-sink';
import { aiPropertyProblems } from '@sluice/posthog-simulator';
import { expect } from 'chai';

const EVENTS = ['generation', 'embedding', 'evaluation', 'span', 'trace', 'metric', 'feedback'];

/** What the sink calls the types of the simulator. */
const TYPES: Readonly<Record<string, string>> = {
  id: 'text',
  text: 'text',
  number: 'number',
  count: 'number',
  usd: 'number usd',
  seconds: 'number s',
  boolean: 'boolean',
  map: 'json',
};

/** The type of a property, from what is said of a list in its place: nothing where any JSON is right. */
function typeAtPosthog(name: string): string {
  const problems = EVENTS.flatMap((event) => aiPropertyProblems({ event: `$ai_${event}`, properties: { [name]: [] } }));
  const said = problems.filter((problem) => problem.startsWith(`${name} is no`));
  expect(said, name).to.not.include(`${name} is not known`);
  const [, type] = said.map((problem) => / is no (\w+): \[\]$/u.exec(problem)).find((found) => found !== null) ?? [];
  return type === undefined ? 'json' : (TYPES[type] ?? type);
}

describe('the AI properties that the sink knows', () => {
  it('have the types and units in which PostHog reads them', () => {
    const { eventSchema } = posthogSink;
    const map = eventSchema === 'any' ? undefined : eventSchema.fields['properties'];
    const known = Object.entries(map?.kind === 'map' ? map.known : {}).filter(([name]) => name.startsWith('$ai_'));
    expect(known).to.have.length.greaterThan(30);
    for (const [name, { type, unit }] of known) {
      // PostHog counts other things than tokens too.
      const shown = unit === undefined || unit === 'tokens' ? type : `${type} ${unit}`;
      expect(shown, name).to.equal(typeAtPosthog(name));
    }
  });
});
