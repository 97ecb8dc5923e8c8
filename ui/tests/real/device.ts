/** A button, detector or bell as the guide describes it: paired through the desk's address, speaking MQTT 3.1.1 by hand. */
import { connect, type Socket } from 'node:net';
import type { Page } from 'playwright-core';
import { must } from './asks.ts';

type Place = { host: string; port: number; username: string; password: string };
export type Paired = { id: string; say: (word: string, payload?: unknown) => void; stop: () => void };

const CONNACK = 0x20;
const text = (words: string): Buffer => Buffer.concat([Buffer.from([Buffer.byteLength(words) >> 8, Buffer.byteLength(words) & 255]), Buffer.from(words)]);

function packet(kind: number, ...parts: Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  // A length of up to 16 kB takes two bytes of seven bits.
  const length = body.length < 128 ? [body.length] : [(body.length & 127) | 128, body.length >> 7];
  return Buffer.concat([Buffer.from([kind, ...length]), body]);
}

/** Pairs a device with a home, as whoever sits at `page`, and connects it. */
export async function pair(page: Page, household: string, kind: 'bell' | 'button' | 'detector'): Promise<Paired> {
  const { words } = await must<{ words: string[] }>(page, 'POST', '/api/pairings', { household, kind, profile: 'liengia', spot: 'kitchen' });
  const { mqtt } = await must<{ mqtt: Place }>(page, 'POST', '/api/pair', { words: words.join(' ') });
  return dial(mqtt);
}

/** Connects with what pairing has told. */
export async function dial({ port, username, password }: Pick<Place, 'port' | 'username' | 'password'>): Promise<Paired> {
  const socket: Socket = connect(port, '127.0.0.1');
  const flags = Buffer.from([4, 0b1100_0010, 0, 60]);
  const answered = new Promise<Buffer>((told, failed) => socket.once('data', told).once('error', failed));
  socket.write(packet(0x10, text('MQTT'), flags, text(`journey-${username.slice(-6)}`), text(username), text(password)));
  const answer = await answered;
  if (answer[0] !== CONNACK || answer[3] !== 0) throw new Error(`the broker refused the device: ${answer.toString('hex')}`);
  return {
    id: username,
    say: (word, payload) => void socket.write(packet(0x30, text(`lg/${username}/${word}`), Buffer.from(payload === undefined ? '' : JSON.stringify(payload)))),
    stop: () => void socket.destroy(),
  };
}
