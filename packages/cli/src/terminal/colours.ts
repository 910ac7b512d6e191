import { styleText } from 'node:util';

/** Paints a text where colours are wanted, which `Terminal` decides. */
export type Paint = (text: string, style: 'red' | 'green' | 'yellow' | 'gray' | 'dim' | 'bold') => string;

export function painter(hasColours: boolean): Paint {
  return (text, style) => (hasColours ? styleText(style, text, { validateStream: false }) : text);
}
