/**
 * A number in [0, 1) that an id and a question always give, spread evenly. What it decides draws nothing from the random
 * numbers of a history, so that every version of Langfuse gets the same records.
 */
export function shareOfId(id: string, question: string): number {
  let hash = 0x811c9dc5;
  for (const character of `${question}/${id}`) {
    hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  }
  return (Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d) >>> 0) / 2 ** 32;
}
