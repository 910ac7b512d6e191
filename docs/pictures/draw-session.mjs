// Draws a terminal session as an SVG that shows one screen after the other.
const LINE_HEIGHT = 19;
const CHARACTER_WIDTH = 7.83;
const PADDING = 20;
const TITLE_HEIGHT = 34;
const SECONDS_PER_SCREEN = 6;

const ESCAPE = String.fromCharCode(27);
const SGR = new RegExp(`(${ESCAPE}\\[[0-9;]*m)`, 'u');

/** The class of each SGR code that the command uses; 0, 22 and 39 end styles. */
const STYLES = {
  1: 'b',
  2: 'd',
  31: 'red',
  32: 'green',
  33: 'yellow',
  35: 'magenta',
  34: 'blue',
  36: 'cyan',
  90: 'grey',
};
const RESETS = { 0: () => false, 22: (style) => style !== 'b' && style !== 'd', 39: (style) => style.length < 3 };

/**
 * @param {{ command: string, text: string }[]} screens what was typed, and what was printed, with ANSI colours
 * @param {number} columns the width of the terminal
 * @returns {string} an SVG document
 */
export function drawSession(screens, columns) {
  const pages = screens.map(({ command, text }) => [`\u001b[90m$\u001b[39m ${command}`, ...text.trimEnd().split('\n')]);
  const rows = Math.max(...pages.map((page) => page.length));
  const width = Math.ceil(columns * CHARACTER_WIDTH + 2 * PADDING);
  const pageHeight = rows * LINE_HEIGHT + 2 * PADDING;
  const height = TITLE_HEIGHT + pageHeight;
  const label = screens.map(({ command }) => command).join(', then ');
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="A terminal: ${escape(label)}">`,
    '<style>',
    'text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; fill: #e6edf3; white-space: pre }',
    '.b { font-weight: 700 } .d, .grey { fill: #8b949e } .red { fill: #ff7b72 } .green { fill: #3fb950 } .yellow { fill: #d29922 } .blue { fill: #58a6ff } .cyan { fill: #39c5cf } .magenta { fill: #bc8cff }',
    '@media (prefers-reduced-motion: no-preference) {',
    `.pages { animation: pages ${screens.length * SECONDS_PER_SCREEN}s infinite step-end }`,
    `@keyframes pages { ${pages.map((_, index) => `${((100 * index) / pages.length).toFixed(2)}% { transform: translateY(${-index * pageHeight}px) }`).join(' ')} }`,
    '}',
    '</style>',
    `<clipPath id="view"><rect x="0" y="${TITLE_HEIGHT}" width="${width}" height="${pageHeight}"/></clipPath>`,
    `<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>`,
    ...['#ff5f57', '#febc2e', '#28c840'].map(
      (colour, index) => `<circle cx="${20 + index * 20}" cy="18" r="6" fill="${colour}"/>`,
    ),
    '<g clip-path="url(#view)"><g class="pages">',
    ...pages.flatMap((page, index) => drawPage(page, TITLE_HEIGHT + index * pageHeight + PADDING + 12)),
    '</g></g>',
    '</svg>',
    '',
  ].join('\n');
}

function drawPage(lines, top) {
  let styles = []; // a style lasts until it is reset, also over the end of a line
  return lines.map((line, row) => {
    const parts = line.split(SGR).map((part) => {
      const codes = /^\[([0-9;]*)m$/u.exec(part.slice(1))?.[1];
      if (codes !== undefined) styles = stylesAfter(styles, codes);
      if (codes !== undefined || part === '') return '';
      return styles.length === 0 ? escape(part) : `<tspan class="${styles.join(' ')}">${escape(part)}</tspan>`;
    });
    return `<text x="${PADDING}" y="${top + row * LINE_HEIGHT}" xml:space="preserve">${parts.join('')}</text>`;
  });
}

function stylesAfter(styles, codes) {
  return codes.split(';').reduce((left, code) => {
    if (code in RESETS) return left.filter(RESETS[code]);
    return code in STYLES ? [...left.filter((style) => style !== STYLES[code]), STYLES[code]] : left;
  }, styles);
}

function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
