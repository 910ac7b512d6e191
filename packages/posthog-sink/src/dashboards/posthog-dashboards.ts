import { ConfigError, type AdapterContext, type CallOptions } from '@sluice/core/adapter';
import type { DashboardDescription, DashboardKeeper, DashboardKeeping } from '@sluice/core/sink';
import type { PosthogSinkConfig } from '../config.js';
import { ProjectApi } from '../project-api.js';
import { applyChanges } from './apply-changes.js';
import { planChanges } from './plan-changes.js';
import { ProjectPages } from './project-pages.js';

const NO_PROJECT = `the sink has no \`project\`. Add it below \`with\`; the key needs the scopes dashboard:write and insight:write:
project:
  id: 12345 # from the address of the project's pages
  personalApiKey: \${POSTHOG_PERSONAL_API_KEY} # from PostHog, Settings, Personal API keys`;

/** Dashboards are PostHog's dashboards, charts its insights with a query in HogQL. */
export const posthogDashboards: DashboardKeeping<PosthogSinkConfig> = {
  chartWord: 'insight',
  create: (config: PosthogSinkConfig, context: AdapterContext): DashboardKeeper => {
    if (config.project === undefined) throw new ConfigError([], NO_PROJECT);
    const api = new ProjectApi(config, config.project, context);
    const pages = new ProjectPages(api);
    const planNow = async (
      wanted: readonly DashboardDescription[],
      options: CallOptions & { readonly overwrite: boolean },
    ) => {
      const dashboards = await pages.made('dashboard', options);
      return planChanges(wanted, { dashboards, insights: await pages.made('insight', options) }, options);
    };
    return {
      plan: async (wanted, options) => {
        const planned = await planNow(wanted, options);
        return {
          changes: planned.map(({ change }) => change),
          apply: async (applying = {}) =>
            applyChanges(pages, await planNow(wanted, { ...options, ...applying }), applying),
        };
      },
      close: async () => api.close(),
    };
  },
};
