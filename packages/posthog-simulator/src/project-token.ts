/** Why PostHog refuses a token by its form alone. Source: PostHog, `rust/capture/src/token.rs`. */
export function tokenProblem(token: string): string | undefined {
  if (token === '') return 'empty';
  if (token.length > 64) return 'too_long';
  if (!/^\p{ASCII}*$/u.test(token) || token.includes('\0')) return token.includes('\0') ? 'null_byte' : 'not_ascii';
  if (token.startsWith('phx_')) return 'personal_api_key';
  return undefined;
}
