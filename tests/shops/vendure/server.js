// An unmodified Vendure: its own configuration, first data as a shop owner enters it, and a TLS port before it.
// All settings come from the environment. "ready" goes to the standard output when it sells; it ends with its input.
const fs = require('fs');
const https = require('https');
const path = require('path');
const { createHash } = require('crypto');
const {
  bootstrap, dummyPaymentHandler, DefaultJobQueuePlugin, JobQueueService, LanguageCode, RandomBytesApiKeyStrategy,
} = require('@vendure/core');
const { AssetServerPlugin } = require('@vendure/asset-server-plugin');
const { populate } = require('@vendure/core/cli');

const { VENDURE_FOLDER, VENDURE_PORT, VENDURE_TLS_PORT, VENDURE_DATABASE, VENDURE_CERTIFICATE, VENDURE_KEY, VENDURE_PASSWORD } =
  process.env;

const quiet = () => undefined;
const logger = { error: console.error, warn: console.error, info: quiet, verbose: quiet, debug: quiet };

// As docs/shops/vendure.md advises: a key of 32 random bytes needs no slow hash, and Vendure hashes for each field asked.
const sha256 = (text) => createHash('sha256').update(text).digest('hex');
const hashingStrategy = { hash: async (text) => sha256(text), check: async (text, hash) => sha256(text) === hash };

const config = {
  logger,
  apiOptions: { port: Number(VENDURE_PORT), hostname: '127.0.0.1', adminApiPath: 'admin-api', shopApiPath: 'shop-api' },
  authOptions: {
    tokenMethod: ['bearer', 'api-key'],
    adminApiKeyStrategy: new RandomBytesApiKeyStrategy({ hashingStrategy, lastUsedAtUpdateInterval: '1h' }),
    superadminCredentials: { identifier: 'superadmin', password: VENDURE_PASSWORD },
    passwordHashingStrategy: hashingStrategy, // for the tests' own speed
    requireVerification: false,
  },
  dbConnectionOptions: { type: 'postgres', url: VENDURE_DATABASE, synchronize: true, logging: false },
  paymentOptions: { paymentMethodHandlers: [dummyPaymentHandler] },
  importExportOptions: { importAssetsDir: VENDURE_FOLDER },
  plugins: [
    AssetServerPlugin.init({ route: 'assets', assetUploadDir: path.join(VENDURE_FOLDER, 'assets') }),
    DefaultJobQueuePlugin.init({ pollInterval: 500 }),
  ],
};

const firstData = {
  defaultLanguage: LanguageCode.en,
  defaultZone: 'Europe',
  roles: [],
  countries: [
    { name: 'Germany', code: 'DE', zone: 'Europe' },
    { name: 'Spain', code: 'ES', zone: 'Europe' },
    // Of Northwind's customers.
    ...['AR', 'AT', 'BE', 'BR', 'CA', 'CH', 'DK', 'FI', 'FR', 'GB', 'IE', 'IT', 'MX', 'NO', 'PL', 'PT', 'SE', 'US', 'VE'].map(
      (code) => ({ name: new Intl.DisplayNames('en', { type: 'region' }).of(code), code, zone: 'Elsewhere' }),
    ),
  ],
  taxRates: [{ name: 'No tax', percentage: 0 }],
  shippingMethods: [{ name: 'Parcel', price: 590 }],
  paymentMethods: [
    { name: 'Invoice', handler: { code: 'dummy-payment-handler', arguments: [{ name: 'automaticSettle', value: 'false' }] } },
  ],
  collections: [],
};

async function main() {
  const app = await populate(() => bootstrap(config), firstData);
  await app.get(JobQueueService).start();
  process.stdin.on('end', () => process.exit(0)).resume();
  const tls = { cert: fs.readFileSync(VENDURE_CERTIFICATE), key: fs.readFileSync(VENDURE_KEY) };
  https.createServer(tls, app.getHttpAdapter().getInstance()).listen(Number(VENDURE_TLS_PORT), '127.0.0.1', () => console.log('ready'));
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
