export type {
  Document,
  LocatedText,
  MapEntry,
  MapTree,
  ListTree,
  ScalarTree,
  SourceFile,
  Span,
  Tree,
} from '../contracts/document.js';
export { closestName, didYouMean } from './did-you-mean.js';
export { FILE_CODES, type FileCode } from './file-codes.js';
export { locateText } from './located-text.js';
export { ProblemList } from './problem-list.js';
export { locateFile, readDocument } from './read-document.js';
export { describePlace, placeOf, startOf } from './source-file.js';
export { entryOf } from './tree.js';
