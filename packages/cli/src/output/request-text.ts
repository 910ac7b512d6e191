import type { RequestDescription } from '@sluice/core/sink';
import { theme } from '../terminal/theme.js';

/** A request as it would be sent: address, headers, body. */
export function requestText({ target, headers, body }: RequestDescription): string {
  const lines = Object.entries(headers).map(([name, value]) => theme.quiet(`${name}: ${value}\n`));
  return `${theme.path(target)}\n${lines.join('')}\n${JSON.stringify(body, null, 2)}\n`;
}
