import { describeScheduler } from '@sluice/testkit';
import { aSharedClock } from './a-shared-clock.js';

describeScheduler({
  name: 'PgBossScheduler',
  isShared: true,
  create: async () => {
    const clock = await aSharedClock();
    return { ...clock, dispose: () => clock.client.end() };
  },
});
