// Network namespaces that a bridge connects to this machine, as hosts are by a switch. Needs Linux, root and `ip`.
import { execFileSync } from 'node:child_process';

/** Of RFC 2544, for benchmarks: no real network has them. */
const NETWORK = `198.18.${process.pid % 256}`;

/** Why this machine cannot have them; undefined when it can. */
export function whyNoNamespaces() {
  const needs = 'needs Linux, root and `ip` of iproute2, with the rights NET_ADMIN and SYS_ADMIN in a container';
  if (process.platform !== 'linux' || process.getuid() !== 0) return needs;
  const name = `sl${process.pid}try`;
  try {
    ip(`netns add ${name}`);
    ip(`link add ${name} type veth peer name eth0 netns ${name}`);
    return undefined;
  } catch (error) {
    return `${needs}: ${error.message.trim()}`;
  } finally {
    quietly(`link del ${name}`);
    quietly(`netns del ${name}`);
  }
}

/**
 * Creates so many hosts. What runs in one reaches this machine at `address`, and nothing else.
 *
 * @param {number} count
 */
export function openNetwork(count) {
  const bridge = `sl${process.pid}`;
  /** Never up: it drops every packet. */
  const nowhere = `${bridge}x`;
  const hosts = Array.from({ length: count }, (_, index) => ({
    namespace: `sluice-${process.pid}-${index + 1}`,
    port: `${bridge}h${index + 1}`,
    address: `${NETWORK}.${index + 11}`,
  }));
  const close = () => {
    for (const { namespace, port } of hosts) {
      quietly(`link del ${port}`);
      quietly(`netns del ${namespace}`);
    }
    for (const name of [bridge, nowhere]) quietly(`link del ${name}`);
  };
  try {
    // With an address that does not change when hosts come and go.
    ip(`link add ${bridge} address 02:73:6c:00:00:01 type bridge`);
    ip(`link add ${nowhere} type bridge`);
    ip(`addr add ${NETWORK}.1/24 dev ${bridge}`);
    ip(`link set ${bridge} up`);
    for (const { namespace, port, address } of hosts) {
      ip(`netns add ${namespace}`);
      ip(`link add ${port} type veth peer name eth0 netns ${namespace}`);
      ip(`link set ${port} master ${bridge} up`);
      ip(`-n ${namespace} addr add ${address}/24 dev eth0`);
      ip(`-n ${namespace} link set lo up`);
      ip(`-n ${namespace} link set eth0 up`);
    }
  } catch (error) {
    close();
    throw error;
  }
  return {
    address: `${NETWORK}.1`,
    cidr: `${NETWORK}.0/24`,
    hosts: hosts.map(({ namespace, port, address }) => ({
      address,
      /** The command that runs another one there, as the same process. */
      inside: (command) => ['ip', 'netns', 'exec', namespace, ...command],
      /** Every packet is dropped, and no side is told. */
      cut: () => ip(`link set ${port} master ${nowhere}`),
      connect: () => ip(`link set ${port} master ${bridge}`),
    })),
    close,
  };
}

function ip(words) {
  execFileSync('ip', words.split(' '), { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
}

function quietly(words) {
  try {
    ip(words);
  } catch {
    // It was not there.
  }
}
