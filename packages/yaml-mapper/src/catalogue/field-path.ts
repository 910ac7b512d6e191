/** A field and the keys below it, as an expression reads them: `trace.metadata['team id']`. */
export function fieldPathText([field = '', ...path]: readonly (string | number)[]): string {
  const steps = path.map((step) => {
    if (typeof step === 'number') return `[${step}]`;
    return /^[A-Za-z_]\w*$/u.test(step) ? `.${step}` : `['${step}']`;
  });
  return `${String(field)}${steps.join('')}`;
}
