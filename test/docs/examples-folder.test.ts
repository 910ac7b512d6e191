import { expect } from 'chai';
import { parseAllDocuments } from 'yaml';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const read = (path: string) => readFileSync(join(ROOT, 'examples', path), 'utf8');

/** The default port of the health endpoint. */
const PORT = 9464;

describe('the deployment examples', () => {
  const dockerfile = read('container/Dockerfile');
  const compose = read('container/compose.yaml');
  const unit = read('systemd/sluice.service');

  it('use existing commands and options, and serve health where they check it', function () {
    this.timeout(60_000);
    const { stdout } = spawnSync(process.execPath, [join(ROOT, 'packages/cli/bin/sluice.js'), 'start', '--help'], {
      encoding: 'utf8',
    });
    expect(stdout).to.contain(`127.0.0.1:${PORT}`);
    for (const text of [dockerfile, compose, unit]) {
      const lines = text.split('\n').filter((line) => /\bsluice start |"start",|\[start,/.test(line));
      expect(lines).to.have.length(1);
      for (const option of lines[0]?.match(/--[a-z-]+/g) ?? []) expect(stdout).to.contain(option);
    }
    for (const text of [dockerfile, compose]) expect(text).to.contain(`:${PORT}`);
    expect(dockerfile).to.match(/HEALTHCHECK[^]*\/healthz/);
  });

  it('start three workers that share pipelines, and let one at a time be taken away', () => {
    const [compose3, workers] = ['container/compose.workers.yaml', 'kubernetes/workers.yaml'].map(read);
    expect(parseAllDocuments(compose3 ?? '')[0]?.toJS()).to.have.nested.property('services.sluice.deploy.replicas', 3);
    const documents = parseAllDocuments(workers ?? '').map((each): unknown => each.toJS());
    expect(documents[0]).to.include({ kind: 'Deployment' }).and.to.have.nested.property('spec.replicas', 3);
    expect(documents[1]).to.include({ kind: 'PodDisruptionBudget' });
    for (const text of [compose3, workers]) {
      expect(text).to.contain(`[start, /etc/sluice/pipeline.yaml, --listen, '0.0.0.0:${PORT}']`);
    }
  });

  it('name existing files', () => {
    const [, config = ''] = /"[^"]*@sluice\/cli\/(configs\/[^"]+)"/.exec(dockerfile) ?? [];
    expect(existsSync(join(ROOT, config)), config).to.equal(true);
    const [, image = ''] = /dockerfile: (\S+)/.exec(compose) ?? [];
    expect(existsSync(join(ROOT, image)), image).to.equal(true);
    for (const [, link = ''] of read('README.md').matchAll(/\]\(([^)]+)\)/g)) {
      expect(existsSync(join(ROOT, 'examples', link)), link).to.equal(true);
    }
  });

  it('run once an hour without a working directory, and keep the state where it can be written', () => {
    const scheduled = ['cron/crontab', 'systemd/sluice-run.service', 'kubernetes/cronjob.yaml'].map(read);
    for (const text of scheduled) expect(text).to.match(/sluice run \S+\.yaml|\[run, \S+\.yaml\]/);
    for (const text of [dockerfile, unit, ...scheduled.slice(1)]) {
      expect(text)
        .to.match(/SLUICE_STATE_DIRECTORY(?:=|, value: )\S+\/sluice\/\.sluice/)
        .and.not.match(/WorkingDirectory/);
    }
    const line = /^30 .*$/m.exec(read('cron/crontab'))?.[0];
    expect(readFileSync(join(ROOT, 'docs/getting-started.md'), 'utf8')).to.contain(`\n${line}\n`);
    const documents = parseAllDocuments(read('kubernetes/cronjob.yaml'));
    expect(documents.map((each) => each.get('kind'))).to.deep.equal(['PersistentVolumeClaim', 'CronJob']);
  });

  it('run unprivileged and can write only to the state folder', () => {
    expect(dockerfile).to.match(/^USER node$/m);
    for (const line of ['read_only: true', 'cap_drop: [ALL]', 'no-new-privileges:true', 'state:/var/lib/sluice']) {
      expect(compose).to.contain(line);
    }
    for (const line of ['DynamicUser=yes', 'NoNewPrivileges=yes', 'ProtectSystem=strict', 'StateDirectory=sluice']) {
      expect(unit).to.match(new RegExp(`^${line}$`, 'm'));
    }
  });
});
