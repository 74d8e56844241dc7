// The official JavaScript SDK: the same requests as clerk-bench, the same line of output.
// Node trusts --ca-file only through NODE_EXTRA_CA_CERTS, which has to be set before it starts.
import { createClerkClient } from '@clerk/backend';
import { parseArgs } from 'node:util';

const number = (text, fallback) => (text === undefined ? fallback : Number(text));

const { values } = parseArgs({
  options: Object.fromEntries(
    ['base-url', 'ca-file', 'get', 'list', 'requests', 'concurrency', 'connections', 'warmup']
      .map((name) => [name, { type: 'string' }])
      .concat([['details', { type: 'boolean' }]]),
  ),
});
const url = new URL(values['base-url']);
const path = url.pathname.match(/^(.*)\/(v\d+)\/?$/);
const clerk = createClerkClient({
  secretKey: process.env.CLERK_SECRET_KEY,
  apiUrl: url.origin + path[1],
  apiVersion: path[2],
  telemetry: { disabled: true },
});
const concurrency = number(values.concurrency, 16);

const call = values.get
  ? async () => [await clerk.organizations.getOrganization({ organizationId: values.get })]
  : async () => (await clerk.organizations.getOrganizationList({ limit: Number(values.list) })).data;

// FNV-1a over id, name and time of creation, as the other clients compute it.
function checksum(organizations) {
  let hash = 0xcbf29ce484222325n;
  const add = (bytes) => {
    for (const byte of bytes) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
  };
  const encoder = new TextEncoder();
  for (const { id, name, createdAt } of organizations) {
    add(encoder.encode(`${id}\0${name}\0`));
    const time = Buffer.alloc(8);
    time.writeBigInt64LE(BigInt(createdAt));
    add(time);
  }
  return hash.toString(16).padStart(16, '0');
}

let first;
let errors = 0;

async function run(requests) {
  let left = requests;
  let organizations = 0;
  const latencies = new Float64Array(requests);
  const worker = async () => {
    while (left > 0) {
      const index = --left;
      const begun = performance.now();
      try {
        const answer = await call();
        organizations += answer.length;
        first ??= answer;
      } catch (error) {
        if (errors++ === 0) console.error(`bench-javascript: ${error}`);
      }
      latencies[index] = (performance.now() - begun) * 1000;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return { organizations, latencies: latencies.sort() };
}

await run(number(values.warmup, 1000));
errors = 0;
const requests = number(values.requests, 10000);
const cpuBefore = process.cpuUsage();
const begun = performance.now();
const { organizations, latencies } = await run(requests);
const elapsed = (performance.now() - begun) / 1000;
const cpu = process.cpuUsage(cpuBefore);

const quantile = (share) => latencies[Math.max(0, Math.ceil(share * requests) - 1)];
const line = {
  requests,
  errors,
  elapsed_s: elapsed,
  requests_per_s: requests / elapsed,
  cpu_us_per_request: (cpu.user + cpu.system) / requests,
  p50_us: quantile(0.5),
  p99_us: quantile(0.99),
  p999_us: quantile(0.999),
  connections_opened: 0,
  tls_resumed: 0,
  max_rss_kb: process.resourceUsage().maxRSS,
};
if (values.details) {
  Object.assign(line, {
    organizations,
    checksum: checksum(first ?? []),
    rss_kb: Math.round(process.memoryUsage.rss() / 1024),
  });
}
console.log(JSON.stringify(line));
process.exit(errors < requests ? 0 : 1);
