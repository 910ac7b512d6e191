/** Files as trees with positions, for mapping languages. */
export type {
  Document,
  ListTree,
  LocatedText,
  MapEntry,
  MapTree,
  ScalarTree,
  SourceFile,
  Span,
  Tree,
} from './contracts/document.js';
export { decodeText, hasHalfCharacter, InvalidTextError } from './document/decode-text.js';
export { closestName, didYouMean, similarName } from './document/did-you-mean.js';
export { FILE_CODES, type FileCode } from './document/file-codes.js';
export { locateText } from './document/located-text.js';
export { ProblemList } from './document/problem-list.js';
export { locateFile, readDocument } from './document/read-document.js';
export { describePlace, placeOf, startOf } from './document/source-file.js';
export { entryOf } from './document/tree.js';
