import { createApp } from './app.ts';

export { ShopLimits } from './limits/shop-limits.ts';

export default createApp();
