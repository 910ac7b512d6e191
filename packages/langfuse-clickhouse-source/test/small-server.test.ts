import { anObservationVersion, insertVersions } from '@sluice/langfuse-history';
import { expect } from 'chai';
import { checkAccess } from '#src/check/check-access.js';
import { ClickHouseConnection } from '#src/connection/clickhouse-connection.js';
import { HeavyStatementError } from '#src/connection/clickhouse-error.js';
import { aSource, everything, pagesOf } from './a-source.js';
import { anEmptiedDatabase } from './test-database.js';

const { rows } = ClickHouseConnection.prototype;

describe('a ClickHouse server', () => {
  afterEach(() => {
    ClickHouseConnection.prototype.rows = rows;
  });

  it('without the memory to plan many statements plans one after another', async () => {
    const url = await anEmptiedDatabase('v3');
    const ids = Array.from({ length: 7 }, (_, index) => `generation-${index}`);
    await insertVersions(
      url,
      'observations',
      ids.map((id) => anObservationVersion({ id })),
    );
    const refused: string[] = [];
    ClickHouseConnection.prototype.rows = async function (statement, options) {
      if (!/LIMIT 100\b/.test(statement.text)) return rows.call(this, statement, options);
      refused.push(statement.text);
      throw new HeavyStatementError('the server has no more memory for it');
    };
    const source = aSource(url, { sliceRows: 2, pageSize: 2 });
    const pages = await pagesOf(source, { window: everything('generation'), fields: [{ field: 'id' }] });
    expect(pages.flatMap((page) => page.rows.map(([id]) => id))).to.have.members(ids);
    expect(refused).to.have.length(4);
  });

  for (const [version, outcome] of [
    ['23.12.6.19', 'warning'],
    ['24.2.3.70', 'warning'],
    ['24.3.1.2672', 'good'],
    ['25.1.2.3', 'good'],
  ] as const) {
    it(`of version ${version} is ${outcome}`, async () => {
      const connection = { place: 'clickhouse:8123', rows: async () => [['reader', version, '0', 'langfuse']] };
      const [reachable] = await checkAccess(connection, { now: () => 0, signal: undefined });
      expect(reachable).to.include({ name: 'database reachable', outcome });
    });
  }
});
