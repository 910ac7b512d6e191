import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { testsInTurn } from '@sluice/testkit';
import { expect } from 'chai';
import type { LangfuseWorld } from '../end-to-end/langfuse-world.js';
import {
  aStateWorld,
  expectClear,
  expectComplete,
  once,
  pipelineWithState,
  shell,
  SLUICE,
  until,
} from './a-state-world.js';

const NAME = 'langfuse-to-posthog';

/** Whether this user can mount a file system in a user namespace, which ends with the process. */
function canMount(): boolean {
  return spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;
}

describe('sluice run with its state in files', function () {
  this.timeout(180_000);
  let world: LangfuseWorld;
  let pipeline: string;
  let folder: string;

  async function begin(): Promise<void> {
    world = await aStateWorld(150);
    pipeline = pipelineWithState(world, '{ use: file, with: { directory: ../.sluice } }');
    folder = join(world.directory, '.sluice', NAME);
  }

  /** Runs until some requests have arrived, then kills the process. */
  async function killed(): Promise<void> {
    const enough = world.receiver.eventRequests.length + 4;
    const { signal } = await world.sluice(['run', pipeline], {
      kill: { signal: 'SIGKILL', when: () => world.receiver.eventRequests.length >= enough },
    });
    expect(signal).to.equal('SIGKILL');
  }

  async function expectFinishes(): Promise<string> {
    const { code, err } = await world.sluice(['run', pipeline]);
    expect(code, err).to.equal(0);
    await expectComplete(world);
    return err;
  }

  describe('after a kill', () => {
    let journal: string;
    let kept: string;
    before(async () => {
      await begin();
      await killed();
      journal = join(folder, 'journal.jsonl');
      kept = join(world.directory, 'kept');
      cpSync(folder, kept, { recursive: true, filter: isFileOrFolder });
    });
    beforeEach(() => {
      rmSync(folder, { recursive: true });
      cpSync(kept, folder, { recursive: true });
    });
    after(() => world.end());

    it('continues with a warning when the last line of the journal was cut in half', async () => {
      const bytes = readFileSync(journal);
      const lastLine = bytes.length - bytes.lastIndexOf(0x0a, bytes.length - 2) - 1;
      truncateSync(journal, bytes.length - Math.ceil(lastLine / 2));
      expect(await expectFinishes()).to.contain(
        'the last line of the journal was not completely written and is dropped',
      );
    });

    it('stops at any other damage with its place and a remedy, which works', async () => {
      const lines = readFileSync(journal, 'utf8').split('\n');
      lines[1] = lines[1]?.replace('"revision"', '"rivision"') ?? '';
      writeFileSync(journal, lines.join('\n'));
      const before = world.receiver.eventRequests.length;
      const damaged = await world.sluice(['run', pipeline]);
      expect(damaged.code).to.equal(1);
      expectClear(damaged, `${journal}:2 is damaged`, 'keep a copy of the folder, then delete line 2 and all after it');
      expect(world.receiver.eventRequests).to.have.length(before);
      writeFileSync(journal, `${lines[0]}\n`);
      const sent = world.receiver.received().length;
      await expectFinishes();
      expect(world.receiver.received().length - sent).to.be.at.least(world.receiver.distinct().length);
    });

    it('stops at a line of a newer version and does not call it damaged', async () => {
      // An intact line with a change that this version does not know.
      const { createHash } = await import('node:crypto');
      const entry = JSON.stringify({ revision: 1e6, changes: [{ type: 'later' }] });
      const checksum = createHash('sha256').update(entry).digest('hex').slice(0, 16);
      appendFileSync(journal, `{"checksum":"${checksum}","entry":${entry}}\n`);
      const refused = await world.sluice(['run', pipeline]);
      expect(refused.code).to.equal(1);
      expectClear(refused, 'use the version that wrote it, or a newer one');
    });
  });

  describe('in a folder of its own', () => {
    beforeEach(begin);
    afterEach(() => world.end());
    const inTurn = testsInTurn(2);

    inTurn('stops when its folder is removed while it runs', async () => {
      const started = world.receiver.eventRequests.length;
      world.receiver.failNext({ kind: 'slow', delayMs: 500 }, 8);
      const remove = once(() => {
        if (world.receiver.eventRequests.length <= started) return false;
        rmSync(folder, { recursive: true });
        return true;
      });
      const watch = setInterval(remove, 1);
      const lost = await world.sluice(['run', pipeline]).finally(() => clearInterval(watch));
      expect(lost.code).to.equal(1);
      expectClear(lost, 'is lost: its lock was removed');
      await expectFinishes();
    });

    inTurn('refuses a second run while it is frozen, and finishes when it continues', async () => {
      world.receiver.failNext({ kind: 'slow', delayMs: 500 }, 1);
      const hasSent = () => world.receiver.eventRequests.length > 0;
      let isStopped = false;
      let isGoingOn = false;
      const frozen = world.sluice(['run', pipeline], {
        kill: { signal: 'SIGSTOP', when: () => !isGoingOn && (isStopped ||= hasSent()) },
      });
      await until(() => isStopped);
      const holder = holderOf(folder);
      const second = await world.sluice(['run', pipeline]);
      expect(second.code).to.equal(1);
      expectClear(second, 'is in use by process ', String(holder));
      isGoingOn = true;
      process.kill(holder, 'SIGCONT');
      expect((await frozen).code).to.equal(0);
      await expectComplete(world);
    });

    if (canMount()) {
      inTurn('stops on a full disk, says so, and continues when there is space', async () => {
        const script = `
          mkdir -p .sluice && mount -t tmpfs -o size=16m tmpfs .sluice && mkdir -p .sluice/${NAME}
          dd if=/dev/zero of=.sluice/ballast bs=4k count=4093 2>/dev/null
          node ${SLUICE} run ${pipeline}; echo "first: $?"
          rm .sluice/ballast
          node ${SLUICE} run ${pipeline}; echo "second: $?"`;
        const finished = await shell(world, 'unshare', ['-rm', 'sh', '-c', script]);
        expect(finished.out, finished.err).to.contain('first: 1').and.to.contain('second: 0');
        expectClear(finished, /cannot \w+ .*: the disk is full; free some space/);
        await expectComplete(world);
      });

      inTurn('does not start in a read-only folder, and says so', async () => {
        const script = `mkdir -p .sluice && mount -t tmpfs -o ro tmpfs .sluice && exec node ${SLUICE} run ${pipeline}`;
        const finished = await shell(world, 'unshare', ['-rm', 'sh', '-c', script]);
        expect(finished.code).to.equal(1);
        expectClear(
          finished,
          'the file system is read-only; mount it writable, or point `state.with.directory` elsewhere in the pipeline file: `state: { use: file, with: { directory: /var/lib/sluice } }`',
        );
        expect(world.receiver.eventRequests).to.have.length(0);
        await expectFinishes();
      });
    }

    inTurn('does not start where a file is in the way, and says so', async () => {
      mkdirSync(join(world.directory, '.sluice'));
      writeFileSync(folder, '');
      const finished = await world.sluice(['run', pipeline]);
      expect(finished.code).to.equal(1);
      expectClear(finished, /a file is in the way|a part of the path is a file/);
      rmSync(folder);
      await expectFinishes();
    });
  });
});

/** The id of the process that holds the lock, from `holder.json`. */
function holderOf(folder: string): number {
  return (JSON.parse(readFileSync(join(folder, 'holder.json'), 'utf8')) as { readonly pid: number }).pid;
}

/** A lock's socket cannot be copied. */
function isFileOrFolder(path: string): boolean {
  const status = lstatSync(path);
  return status.isFile() || status.isDirectory();
}
