/** What happens within the day, at full hours, when most pipelines are due, after a share of the day. Each begins in the middle of runs. */
export const FAULTS = [
  {
    after: 1 / 8,
    name: 'one process killed and started again',
    async happen({ deployment, worker }) {
      worker.child.kill('SIGKILL');
      await worker.ended;
      await deployment.start(worker.place);
    },
  },
  {
    after: 7 / 24,
    name: 'one process frozen for a minute and woken',
    async happen({ worker, pass }) {
      worker.child.kill('SIGSTOP');
      await pass(60_000);
      worker.child.kill('SIGCONT');
    },
  },
  {
    after: 1 / 2,
    name: 'all three restarted, one after another',
    async happen({ deployment }) {
      // Not those that are started meanwhile.
      for (const worker of Array.from(deployment.living.values())) {
        worker.child.kill('SIGTERM');
        await worker.ended;
        await deployment.start(worker.place);
      }
    },
  },
  {
    after: 3 / 4,
    name: 'the database restarted',
    async happen({ world }) {
      await world.restartDatabase();
    },
  },
];
