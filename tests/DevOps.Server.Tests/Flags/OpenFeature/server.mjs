// What an application on a server is told by OpenFeature: node server.mjs BASE TOKEN prints its answers as JSON.
import { OpenFeature } from '@openfeature/server-sdk';
import { OFREPProvider } from '@openfeature/ofrep-provider';

const [baseUrl, token] = process.argv.slice(2);
await OpenFeature.setProviderAndWait(new OFREPProvider({ baseUrl, headers: [['Authorization', `Bearer ${token}`]] }));
const client = OpenFeature.getClient();
const norway = { targetingKey: 'user-1', country: 'NO' };
const told = {
  boolean: await client.getBooleanDetails('featureflag', false),
  text: await client.getStringDetails('colour', 'none', norway),
  number: await client.getNumberDetails('rate', -1),
  object: await client.getObjectDetails('limits', {}),
  disabled: await client.getBooleanDetails('resting', true),
  missing: await client.getStringDetails('nothing', 'mine'),
};
console.log(JSON.stringify(told));
await OpenFeature.close();
