// What Hydrogen leaves to its service worker: the token for media, and other tabs, of which there are none.
const waiting = new Map();
let last = 0;

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));
self.addEventListener('message', ({ data, source }) => {
  if (data.replyTo) waiting.get(data.replyTo)?.(data.payload);
  else if (data.id) source.postMessage({ replyTo: data.id });
});
self.addEventListener('fetch', (event) => {
  if (event.request.url.includes('/_matrix/client/v1/media/')) event.respondWith(withToken(event));
});

async function withToken(event) {
  const page = await self.clients.get(event.clientId);
  const auth = await new Promise((resolve) => {
    waiting.set(++last, resolve);
    page.postMessage({ type: 'getAuthInfo', id: last });
  });
  return fetch(event.request.url, { headers: { Authorization: `Bearer ${auth.accessToken}` } });
}
