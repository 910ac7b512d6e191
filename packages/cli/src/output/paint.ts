/** The colours of results: none without a terminal, or with NO_COLOR. */
export type Paint = (text: string, colour: keyof typeof CODES) => string;

const CODES = { red: 31, green: 32, yellow: 33, dim: 2, bold: 1 } as const;

export function painter(colour: boolean): Paint {
  return (text, name) => (colour ? `\u001B[${CODES[name]}m${text}\u001B[0m` : text);
}
