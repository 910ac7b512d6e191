/** Set by the sink or by the connection. */
const OWN =
  /^(?:host|connection|content-(?:length|type|encoding)|transfer-encoding|keep-alive|upgrade|te|trailer|expect|webhook-.*)$/i;
const USUALLY_SECRET = /^(?:proxy-)?authorization$|cookie|token|secret|password|api-?key/i;

/** What is wrong with a header; undefined if nothing is. Quotes nothing of its value. */
export function headersProblem(name: string, value: string, option: string): string | undefined {
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) return 'is not the name of a header';
  if (OWN.test(name)) return 'is set by the sink';
  if (option === 'headers' && USUALLY_SECRET.test(name)) return 'is usually a secret: write it under secretHeaders';
  if (!/^[\t\x20-\x7e]*$/.test(value) || value.trim() !== value) {
    return 'has a value with a line feed, a space around it or another character that a header cannot have';
  }
  return undefined;
}
