import type { DashboardAction, DashboardChange, DashboardDescription, DashboardDifference } from '@sluice/core/sink';
import { onOneLine } from '../terminal/screen-text.js';
import { theme } from '../terminal/theme.js';
import { differenceLines } from './difference-lines.js';
import { indented, integer } from './words.js';

/** What would be made, with the queries, for people. */
export function dashboardsText(dashboards: readonly DashboardDescription[], chartWord: string): string {
  return dashboards
    .map(({ name, id, doc, charts }) => {
      const parts = charts.map(({ name: title, id: chart, doc: says, query, drawn }) => {
        const shown = drawn === undefined ? 'table' : `${drawn.as}: ${drawn.y.join(', ')} by ${drawn.x}`;
        const heading = `${chartWord} ${theme.name(title)} ${theme.quiet(`${id}/${chart}, ${shown}`)}`;
        return `\n${indented(`${heading}\n${says}\n${indented(query)}`)}\n`;
      });
      return `dashboard ${theme.name(name)} ${theme.quiet(id)}\n${doc}\n${parts.join('')}`;
    })
    .join('\n');
}

/** Whether `apply` changes something. */
export function isToDo({ action }: DashboardChange): boolean {
  return action === 'create' || action === 'update';
}

const SIGNS: Readonly<Record<DashboardAction, string>> = {
  create: theme.ok('+'),
  update: theme.warning('~'),
  keep: theme.warning('!'),
  leave: theme.quiet('?'),
  none: theme.quiet('='),
};

const REMARKS: Readonly<Partial<Record<DashboardAction, string>>> = {
  keep: 'changed by hand: stays as it is; --overwrite changes it back',
  leave: 'no longer part of the dashboard: stays; delete it if nobody needs it',
};

/** Each change with what differs; without those that are as described. */
export function changesText(changes: readonly DashboardChange[]): string {
  return changes
    .filter(({ action }) => action !== 'none')
    .map(({ action, kind, name, id, differences, url }) => {
      const remark = REMARKS[action];
      const lines = [
        ...(remark === undefined ? [] : [remark]),
        ...(url === undefined ? [] : [theme.path(onOneLine(url))]),
        ...differences.map(differenceText),
      ];
      const heading = `${SIGNS[action]} ${kind} ${theme.name(onOneLine(name))} ${theme.quiet(id)}`;
      return `${heading}\n${lines.map((line) => `${indented(line, 4)}\n`).join('')}`;
    })
    .join('');
}

function differenceText({ what, is, wanted }: DashboardDifference): string {
  const isShort = !`${is}${wanted}`.includes('\n');
  if (isShort) return `${what}: ${onOneLine(is) || '(empty)'} → ${onOneLine(wanted) || '(empty)'}`;
  const lines = differenceLines(is, wanted).map(({ sign, text }) => `${sign} ${onOneLine(text)}`);
  return [`${what}:`, ...lines].join('\n');
}

/** `1 to create, 2 as they are`. */
export function changesSummary(changes: readonly DashboardChange[]): string {
  const count = (action: DashboardAction, words: string) => {
    const number = changes.filter((change) => change.action === action).length;
    return number === 0 ? [] : [`${integer(number)} ${words}`];
  };
  const parts = [
    ...count('create', 'to create'),
    ...count('update', 'to update'),
    ...count('none', 'as described'),
    ...count('keep', 'changed by hand'),
    ...count('leave', 'no longer described'),
  ];
  return `${parts.join(', ')}\n`;
}
