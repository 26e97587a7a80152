import { createApp } from './app.ts';
import type { Bindings } from './env.ts';
import { sweepDaily } from './images/sweep-daily.ts';
import { webClientPage } from './web-client.ts';

export { ShopLimits } from './limits/shop-limits.ts';

const app = createApp();

export default {
  fetch(request: Request, env: Bindings, ctx: ExecutionContext) {
    return webClientPage(request, env) ?? app.fetch(request, env, ctx);
  },
  async scheduled(controller: ScheduledController, env: Bindings) {
    await sweepDaily(env, controller.scheduledTime);
  },
};
