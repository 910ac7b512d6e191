// Loaded before the command with `--import`: shifts this process's wall clock by SHIFT_MS. With SHIFT_AT=request it does so
// when the first events are sent. The monotonic clock keeps its pace.
import { subscribe } from 'node:diagnostics_channel';

const { SHIFT_MS = '0', SHIFT_AT = 'start' } = process.env;
const RealDate = Date;
let shiftMs = SHIFT_AT === 'start' ? Number(SHIFT_MS) : 0;

if (SHIFT_AT === 'request') {
  subscribe('http.client.request.start', ({ request }) => {
    if (request.method !== 'POST' || shiftMs !== 0) return;
    shiftMs = Number(SHIFT_MS);
    process.stderr.write(`{"msg":"the clock jumps"}\n`);
  });
}

globalThis.Date = class extends RealDate {
  constructor(...args) {
    super(...(args.length === 0 ? [RealDate.now() + shiftMs] : args));
  }

  static now() {
    return RealDate.now() + shiftMs;
  }
};
