/**
 * A sample commune served by the real program, for one test file: its own folder, its own ports, a link for each role.
 * It can be frozen (it answers nothing, connections stay) and thawed, as a machine that hangs does.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const ROLES = ['household', 'neighbour', 'leader', 'officer', 'clerk', 'analyst', 'admin', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

export type Commune = {
  port: number;
  mqttPort: number;
  /** Each link works once. */
  link: (role: Role) => string;
  freeze: () => void;
  thaw: () => void;
  stop: () => Promise<void>;
};

const STARTS_WITHIN_MS = 60_000;

function binary(): string {
  const named = process.env.LIENGIA_BIN ?? resolve(import.meta.dirname, '../../../target/debug/liengia');
  if (!existsSync(named)) throw new Error(`${named} is not there: build it with "cargo build -p liengia-node", or set LIENGIA_BIN`);
  return named;
}

/** Where it is noon now: drills and ring tests are for the day only, and tests run at any hour. */
const noonOffset = (): number => 12 - new Date().getUTCHours();

/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}

export async function startCommune(): Promise<Commune> {
  const data = mkdtempSync(join(tmpdir(), 'liengia-browser-'));
  const [port, mqttPort] = [await freePort(), await freePort()];
  const node = spawn(binary(), ['demo', '--fresh', '--data', join(data, 'node'), '--port', `${port}`, '--mqtt-port', `${mqttPort}`, '--utc-offset-hours', `${noonOffset()}`], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = await links(node);
  return {
    port,
    mqttPort,
    link(role) {
      const found = said.match(new RegExp(`^\\s+${role}\\s+(http://\\S+)`, 'm'));
      if (!found) throw new Error(`no link for ${role} in:\n${said}`);
      return found[1]!;
    },
    freeze: () => void node.kill('SIGSTOP'),
    thaw: () => void node.kill('SIGCONT'),
    async stop() {
      const gone = new Promise((done) => node.once('exit', done));
      node.kill('SIGCONT');
      node.kill('SIGINT');
      await gone;
      rmSync(data, { recursive: true, force: true });
    },
  };
}

function links(node: ChildProcess): Promise<string> {
  let said = '';
  return new Promise((ready, failed) => {
    const late = setTimeout(() => failed(new Error(`the demo did not start within ${STARTS_WITHIN_MS} ms:\n${said}`)), STARTS_WITHIN_MS);
    const hear = (bytes: Buffer) => {
      said += bytes.toString();
      if (!said.includes('Ctrl-C')) return;
      clearTimeout(late);
      ready(said);
    };
    node.stdout!.on('data', hear);
    node.stderr!.on('data', hear);
    node.once('exit', (code) => failed(new Error(`the demo ended with ${code}:\n${said}`)));
  });
}
