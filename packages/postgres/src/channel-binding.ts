import type pg from 'pg';

/**
 * pg binds to the channel when the server offers it, and connects without it when the server does not. Here the server
 * must have proved, over this very channel, that it knows the password.
 */
export function requireChannelBinding(connection: pg.Connection): void {
  let isProved = false;
  const refuse = (): void => {
    connection.emit('error', new Error('the server offers no channel binding, which url requires'));
    connection.stream.destroy();
  };
  connection.on('authenticationSASL', ({ mechanisms }: { readonly mechanisms: readonly string[] }) => {
    if (!mechanisms.includes('SCRAM-SHA-256-PLUS')) refuse();
  });
  connection.on('authenticationCleartextPassword', refuse);
  connection.on('authenticationMD5Password', refuse);
  connection.on('authenticationSASLFinal', () => {
    isProved = true;
  });
  connection.on('authenticationOk', () => {
    if (!isProved) refuse();
  });
}
