/**
 * The real program, started for one test file with its own folder and ports: a sample commune with a link for each role, or a node
 * that nobody has set up yet. It can be frozen (it answers nothing, connections stay) and thawed, as a machine that hangs does,
 * and, where `faketime` is installed, its clock can be set.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const ROLES = ['household', 'neighbour', 'leader', 'deputy', 'officer', 'relief', 'mediator', 'clerk', 'analyst', 'admin', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

export type Commune = {
  port: number;
  mqttPort: number;
  /** Each link works once. */
  link: (role: Role) => string;
  /** Where its simulated cameras are asked by ONVIF. */
  onvif: () => string;
  freeze: () => void;
  thaw: () => void;
  /** Sets the node's clock so far off: `-25h`. Only for a node that was started with a clock of its own. */
  clock: (offset: string) => void;
  stop: () => Promise<void>;
};

const STARTS_WITHIN_MS = 60_000;
const FAKETIME = ['/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1', '/usr/lib/aarch64-linux-gnu/faketime/libfaketime.so.1'].find((library) => existsSync(library));
/** Without it whatever needs another clock is left out. */
export const clocksCanBeSet = FAKETIME !== undefined;

function binary(): string {
  const named = process.env.LIENGIA_BIN ?? resolve(import.meta.dirname, '../../../target/debug/liengia');
  if (!existsSync(named)) throw new Error(`${named} is not there: build it with "cargo build -p liengia-node", or set LIENGIA_BIN`);
  return named;
}

/** Where it is noon now: drills and ring tests are for the day only, and tests run at any hour. */
export const noonOffset = (): number => 12 - new Date().getUTCHours();

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

type Place = { folder: string; port: number; mqttPort: number };

/** Runs the program until it has said `ready`. */
async function start(args: (place: Place) => string[], ready: RegExp, offset?: string): Promise<Commune & { said: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'liengia-journey-'));
  const place = { folder, port: await freePort(), mqttPort: await freePort() };
  const hands = join(folder, 'clock');
  const clock = (to: string) => {
    writeFileSync(`${hands}.new`, `${to}\n`);
    renameSync(`${hands}.new`, hands);
  };
  if (offset) clock(offset);
  const faked = offset ? { LD_PRELOAD: FAKETIME, FAKETIME_TIMESTAMP_FILE: hands, FAKETIME_NO_CACHE: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1' } : {};
  const node = spawn(binary(), args(place), { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...faked } });
  const said = await hear(node, ready);
  return {
    ...place,
    said,
    link(role) {
      const found = said.match(new RegExp(`^\\s+${role}\\s+(http://\\S+)`, 'm'));
      if (!found) throw new Error(`no link for ${role} in:\n${said}`);
      return found[1]!;
    },
    onvif() {
      const found = said.match(/ONVIF on ([\d.:]+\d)/);
      if (!found) throw new Error(`no cameras in:\n${said}`);
      return found[1]!;
    },
    freeze: () => void node.kill('SIGSTOP'),
    thaw: () => void node.kill('SIGCONT'),
    clock,
    async stop() {
      const gone = new Promise((done) => node.once('exit', done));
      node.kill('SIGCONT');
      node.kill('SIGINT');
      await gone;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export type Sample = {
  /** The node's clock, so far off. */
  clock?: string;
  /** Nothing rings by itself, and every device is one that was never heard of. */
  silent?: boolean;
  /** With the sample's cameras, and what they recorded yesterday evening. */
  cameras?: boolean;
};

export async function startCommune({ clock, silent = false, cameras = false }: Sample = {}): Promise<Commune> {
  const without = [...(silent ? ['--without-devices'] : []), ...(cameras ? ['--camera-port', `${await freePort()}`] : ['--without-cameras'])];
  const args = ({ folder, port, mqttPort }: Place) => ['demo', '--fresh', '--data', join(folder, 'node'), '--port', `${port}`, '--mqtt-port', `${mqttPort}`, '--utc-offset-hours', `${noonOffset()}`, ...without];
  return start(args, /Ctrl-C/, clock);
}

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === '::1'));

/** Whom a node calls that was set up anew: another number than the usual one. */
export const NEW_NUMBER = '113';

/** A node as it is after installing, and the link with which it is set up. */
export async function startNew(): Promise<Commune & { setUp: string }> {
  const args = ({ folder, port, mqttPort }: Place) => {
    const config = join(folder, 'liengia.toml');
    const data = join(folder, 'node');
    mkdirSync(data, { mode: 0o700 });
    writeFileSync(config, `data = '${data}'\nhost = "localhost"\n[http]\nlisten = ["127.0.0.1:${port}"${hasIpv6 ? `, "[::1]:${port}"` : ''}]\n[mqtt]\nlisten = "127.0.0.1:${mqttPort}"\n[alarm]\nutc_offset_hours = ${noonOffset()}\nemergency_number = "${NEW_NUMBER}"\n[log]\nlevel = "warn"\nformat = "text"\n`);
    return ['serve', '--config', config];
  };
  const node = await start(args, /http\S+\/setup#\S+\n/);
  return { ...node, setUp: node.said.match(/http\S+\/setup#\S+/)![0] };
}

function hear(node: ChildProcess, ready: RegExp): Promise<string> {
  let said = '';
  return new Promise((told, failed) => {
    const late = setTimeout(() => failed(new Error(`the node did not start within ${STARTS_WITHIN_MS} ms:\n${said}`)), STARTS_WITHIN_MS);
    const listen = (bytes: Buffer) => {
      said += bytes.toString();
      if (!ready.test(said)) return;
      clearTimeout(late);
      told(said);
    };
    node.stdout!.on('data', listen);
    node.stderr!.on('data', listen);
    node.once('exit', (code) => failed(new Error(`the node ended with ${code}:\n${said}`)));
  });
}
