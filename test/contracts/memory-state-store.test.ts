import { describeStateStore, memoryStateStore } from '@sluice/testkit';

describeStateStore({
  name: 'the state store in memory',
  create: async () => {
    const store = memoryStateStore();
    return { store, reopen: async () => store, dispose: async () => {} };
  },
});
