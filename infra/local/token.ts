/** `npm run -s token -- [--shop UUID] [--user UUID] [--scope "…"] [--seconds N]`: an access token for the local stack. */
import { parseArgs } from 'node:util';
import { LOCAL_SHOP_ID, LOCAL_USER_ID, signAccessToken } from './access-token.ts';
import { localSecrets, localSettings } from './settings.ts';

const { values } = parseArgs({
  options: {
    shop: { type: 'string', default: LOCAL_SHOP_ID },
    user: { type: 'string', default: LOCAL_USER_ID },
    scope: { type: 'string', default: 'ocr:read ocr:write admin' },
    seconds: { type: 'string', default: '86400' },
  },
});
const { JWT_SECRET } = await localSecrets(localSettings(process.env).DATA_DIR);
const request = {
  shopId: values.shop,
  userId: values.user,
  scope: values.scope,
  lifetimeSeconds: Number(values.seconds),
};
console.log(await signAccessToken(JWT_SECRET, request));
