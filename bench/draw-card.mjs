/**
 * A picture on a card, in the style of the docs.
 *
 * @param {{ width: number, height: number, title: string, styles: string[] }} card `styles`: lines of CSS
 * @param {string[]} content elements of SVG
 * @returns {string} an SVG document
 */
export function drawCard({ width, height, title, styles }, content) {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">`,
    '<style>',
    ...styles,
    '</style>',
    `<rect class="card" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>`,
    `<text class="title" x="24" y="36">${title}</text>`,
    ...content,
    '</svg>',
    '',
  ].join('\n');
}
