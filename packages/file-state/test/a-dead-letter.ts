import type { DeadLetter } from '@sluice/core/state';

export function aDeadLetter(id: string): DeadLetter {
  const event = { event: 'e', uuid: 'u', properties: { nested: [1, null, { ключ: true }] } };
  return { id, stream: 'trace', key: id, reason: 'r', detail: 'd', mapping: 'm1', attempts: 1, at: 1, event };
}
