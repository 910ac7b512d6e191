import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { expect } from 'chai';
import { framed } from '#src/terminal/framed.js';
import { terminalPrompter } from '#src/init/prompter.js';
import type { Streams } from '#src/terminal/terminal.js';

describe('the frame around the questions', () => {
  it('breaks a long question between words, behind its bar', () => {
    const question = framed(`Send ${'about 1,200 '.repeat(6)}records again?`, '│', { columns: 40 });
    const [first, ...further] = stripVTControlCharacters(question).split('\n');
    expect(first).to.equal('Send about 1,200 about 1,200 about');
    expect(further.map((line) => line.slice(0, 3))).to.deep.equal(['│  ', '│  ']);
  });

  it('holds what is said within its bars, and ends with commands to copy', async () => {
    const chunks: string[] = [];
    const stderr = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY: true, columns: 40 });
    stderr.on('data', (text: string) => chunks.push(text));
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only what the frame uses of a terminal
    const streams = { stdin: new PassThrough(), stdout: stderr, stderr } as unknown as Streams;
    const prompter = await terminalPrompter(streams, { NO_COLOR: '1' });
    prompter.say(`source\n  good: ${'word '.repeat(12)}\n  \u001B[2Jhostile\n`);
    prompter.end('Next:\n\n  npx --no sluice check a-file-with-quite-a-long-name.yaml\n');
    await new Promise(setImmediate);
    const lines = stripVTControlCharacters(chunks.join('')).split('\n');
    const end = lines.findIndex((line) => line.startsWith('└'));
    expect(lines[0]).to.equal('┌  A new pipeline');
    expect(lines.slice(1, end).filter((line) => !line.startsWith('│'))).to.deep.equal([]);
    expect(lines.filter((line) => line.includes('word'))).to.have.length.greaterThan(1);
    expect(Math.max(...lines.slice(0, end).map((line) => line.length))).to.be.at.most(40);
    expect(lines.slice(1, end).join('\n')).to.contain(String.raw`\u001b[2Jhostile`);
    expect(lines.slice(end)).to.include('  npx --no sluice check a-file-with-quite-a-long-name.yaml');
  });
});
