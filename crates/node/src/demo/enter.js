// The door of the demo: hands in the one-time code behind the #, and opens the app of that role.
const said = document.getElementById('said');
const [way, code] = location.hash.slice(1).split(':');
const app = way === 'join' ? '/' : '/desk/';

async function enter() {
  const session = await fetch('/api/session');
  if (session.ok) return location.replace(app);
  const body = way === 'join' ? { code, device_label: 'Demo' } : { code };
  const answer = await fetch(`/api/${way}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() },
    body: JSON.stringify(body),
  });
  if (answer.ok) return location.replace(app);
  const problem = await answer.json().catch(() => ({}));
  said.textContent = `${problem.title ?? answer.status} ${problem.detail ?? ''}`;
}

enter().catch((error) => { said.textContent = String(error); });
