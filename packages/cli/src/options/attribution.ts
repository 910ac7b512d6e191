import type { Attribution } from '@sluice/core/state';
import { currentUser } from '../process/current-user.js';

/** Who changes the state by a command, and why. */
export function attributionOf({ why }: { readonly why?: string | undefined }): Omit<Attribution, 'at'> {
  return { by: currentUser(), ...(why === undefined ? {} : { why }) };
}
