/**
 * Passkeys in the browser: turns the node's question into what the browser asks, and its answer into what the node reads.
 * Every trouble of the browser (cancelled, no such key, not possible here) comes out as `null`: the person chose otherwise.
 */
import type { Passkey, Session } from '@shared/api/types.ts';
import { desk } from '../api.ts';

type Named = { id: string; type: 'public-key' };
type Making = PublicKeyCredentialCreationOptions & { challenge: string; user: { id: string }; excludeCredentials?: Named[] };
type Asking = PublicKeyCredentialRequestOptions & { challenge: string; allowCredentials?: Named[] };

export function possible(): boolean {
  return typeof window !== 'undefined' && window.isSecureContext && 'PublicKeyCredential' in window && !!navigator.credentials;
}

export function fromText(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

export function toText(bytes: ArrayBuffer | null): string {
  return btoa(String.fromCharCode(...new Uint8Array(bytes ?? new ArrayBuffer(0)))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

const known = (list: readonly Named[] = []) => list.map((one) => ({ ...one, id: fromText(one.id) }));

/** As `PublicKeyCredential.toJSON()` writes it, which older browsers lack. */
function written(credential: PublicKeyCredential): unknown {
  const { response } = credential;
  const common = { id: credential.id, rawId: toText(credential.rawId), type: credential.type, clientExtensionResults: {} };
  const clientDataJSON = toText(response.clientDataJSON);
  if ('attestationObject' in response) return { ...common, response: { clientDataJSON, attestationObject: toText((response as AuthenticatorAttestationResponse).attestationObject) } };
  const answer = response as AuthenticatorAssertionResponse;
  return { ...common, response: { clientDataJSON, authenticatorData: toText(answer.authenticatorData), signature: toText(answer.signature), userHandle: toText(answer.userHandle) } };
}

async function browser<T>(ask: () => Promise<T | null>): Promise<T | null> {
  try {
    return await ask();
  } catch {
    return null;
  }
}

/** Makes a passkey on this device for the account that is signed in. */
export async function addPasskey(label: string): Promise<Passkey | null> {
  const { id, options } = await desk.passkeyMake();
  const making = options as unknown as Making;
  const publicKey = { ...making, challenge: fromText(making.challenge), user: { ...making.user, id: fromText(making.user.id) }, excludeCredentials: known(making.excludeCredentials) } as PublicKeyCredentialCreationOptions;
  const credential = await browser(() => navigator.credentials.create({ publicKey }));
  return credential ? desk.passkeyAdd({ id, label, credential: written(credential as PublicKeyCredential) as never }) : null;
}

/** Signs in with whichever passkey the person chooses. */
export async function signInWithPasskey(): Promise<Session | null> {
  const { id, options } = await desk.passkeyAsk();
  const asking = options as unknown as Asking;
  const publicKey = { ...asking, challenge: fromText(asking.challenge), allowCredentials: known(asking.allowCredentials) } as PublicKeyCredentialRequestOptions;
  const credential = await browser(() => navigator.credentials.get({ publicKey }));
  return credential ? desk.passkeySignIn({ id, credential: written(credential as PublicKeyCredential) as never }) : null;
}
