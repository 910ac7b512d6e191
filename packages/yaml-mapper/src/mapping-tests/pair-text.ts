import { Document, YAMLMap, type Pair } from 'yaml';

/** `key: value` as YAML, for a block or a flow map. */
export function pairText(pair: Pair, flow: boolean, singleQuote: boolean): string {
  const map = new YAMLMap();
  map.items.push(pair);
  map.flow = flow;
  const text = new Document(map).toString({ lineWidth: 0, singleQuote }).trimEnd();
  return flow ? text.replace(/^\{\s*/u, '').replace(/\s*\}$/u, '') : text;
}
