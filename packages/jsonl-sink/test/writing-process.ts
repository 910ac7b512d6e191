// Writes lines to stdout three times, and says on stderr what became of them.
import { StreamOutput } from '#src/stream-output.js';

const output = new StreamOutput(process.stdout, 'stdout');
await output.open();
for (let count = 0; count < 3; count += 1) {
  const outcome = await output.write(Buffer.from(`${'x'.repeat(699)}\n`)).then(
    () => 'written',
    (error: Error) => error.message,
  );
  process.stderr.write(`${outcome}\n`);
}
await output.close();
