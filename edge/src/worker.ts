import { createApp } from './app.ts';
import type { Bindings } from './env.ts';
import { sweepDaily } from './images/sweep-daily.ts';

export { ShopLimits } from './limits/shop-limits.ts';

const app = createApp();

export default {
  fetch: app.fetch,
  async scheduled(controller: ScheduledController, env: Bindings) {
    await sweepDaily(env, controller.scheduledTime);
  },
};
