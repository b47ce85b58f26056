// An independent client: matrix-js-sdk with Rust crypto under Node, driven by JSON lines on its input and output.
import 'fake-indexeddb/auto';
import readline from 'node:readline';
import * as sdk from 'matrix-js-sdk';
import { logger } from 'matrix-js-sdk/lib/logger.js';
import {
  AllDevicesIsolationMode, CryptoEvent, OnlySignedDevicesIsolationMode, VerificationPhase, VerificationRequestEvent,
  VerifierEvent,
} from 'matrix-js-sdk/lib/crypto-api/index.js';

logger.setLevel('error');
for (const level of ['log', 'info', 'debug', 'warn', 'trace', 'error']) console[level] = () => {};
const tell = (what) => process.stdout.write(JSON.stringify(what) + '\n');

const [, , baseUrl, user, password] = process.argv;
const login = await sdk.createClient({ baseUrl }).loginRequest({
  type: 'm.login.password', identifier: { type: 'm.id.user', user }, password,
});
const client = sdk.createClient({
  baseUrl, userId: login.user_id, accessToken: login.access_token, deviceId: login.device_id, cryptoCallbacks: {},
  verificationMethods: ['m.sas.v1'],
});
await client.initRustCrypto({ useIndexedDB: false });

client.on(sdk.RoomEvent.Timeline, (event, room, toStart) => { if (!toStart && !event.status) show(event); });
client.on(sdk.MatrixEventEvent.Decrypted, show);
client.on(sdk.RoomMemberEvent.Membership, (event, member) => {
  if (member.userId === login.user_id && member.membership === 'invite') client.joinRoom(member.roomId);
});

async function show(event) {
  await client.decryptEventIfNeeded(event).catch(() => {});
  tell({
    what: 'event', id: event.getId(), type: event.getType(), wire: event.getWireType(), sender: event.getSender(),
    content: event.getContent(), room: event.getRoomId(), relation: event.getRelation() ?? null,
    unreadable: event.isDecryptionFailure() ? event.decryptionFailureReason : null,
  });
}

await client.startClient({ initialSyncLimit: 20, threadSupport: true });
await new Promise((resolve) => {
  client.on(sdk.ClientEvent.Sync, (state) => { if (state === 'PREPARED') resolve(); });
});
tell({ what: 'ready', user: login.user_id, device: login.device_id });

let comparing;
const kept = []; // the SDK holds requests and verifiers weakly: what nobody keeps is collected in the middle of a check
function watch(request, verifier) {
  kept.push(verifier);
  verifier.on(VerifierEvent.ShowSas, (sas) => { comparing = sas; tell({ what: 'sas', emoji: sas.sas.emoji }); });
  verifier.verify().then(
    () => tell({ what: 'verified' }),
    (error) => tell({ what: 'not verified', error: String(error), code: request.cancellationCode }),
  );
}

async function verify(userId, device) {
  const request = await client.getCrypto().requestDeviceVerification(userId, device);
  kept.push(request);
  let begun = false;
  request.on(VerificationRequestEvent.Change, async () => {
    if (request.phase === VerificationPhase.Ready && !begun) {
      begun = true;
      watch(request, await request.startVerification('m.sas.v1'));
    }
  });
}

const crypto = () => client.getCrypto();
const orders = {
  create: ({ invite, version }) => client.createRoom({
    invite, is_direct: true, ...(version ? { room_version: version } : {}),
    initial_state: [{ type: 'm.room.encryption', state_key: '', content: { algorithm: 'm.megolm.v1.aes-sha2' } }],
  }),
  send: ({ room, type, content }) => client.sendEvent(room, type ?? 'm.room.message', content),
  redact: ({ room, event }) => client.redactEvent(room, event),
  invite: ({ room, userId }) => client.invite(room, userId),
  leave: ({ room }) => client.leave(room),
  members: ({ room }) => client.getRoom(room).getJoinedMembers().map((member) => member.userId),
  upgrade: ({ room, version }) => client.upgradeRoom(room, version),
  onlySigned: ({ on }) => crypto().setDeviceIsolationMode(
    on ? new OnlySignedDevicesIsolationMode() : new AllDevicesIsolationMode(false)),
  sign: () => crypto().bootstrapCrossSigning({
    authUploadDeviceSigningKeys: (make) => make({
      type: 'm.login.password', identifier: { type: 'm.id.user', user: login.user_id }, password,
    }),
  }),
  trust: async ({ userId, device }) => {
    const found = await crypto().getDeviceVerificationStatus(userId, device);
    return found && { verified: found.isVerified(), signed: found.signedByOwner };
  },
  verify: ({ userId, device }) => verify(userId, device),
  confirm: () => comparing.confirm(),
  mismatch: () => comparing.mismatch(),
  replaced: ({ room, event }) => client.getRoom(room).findEventById(event)?.replacingEvent()?.getContent() ?? null,
  read: ({ room, event, by }) => client.getRoom(room).hasUserReadEvent(by, event),
  download: async ({ url, file }) => {
    const address = client.mxcUrlToHttp(url ?? file.url, undefined, undefined, undefined, false, true, true);
    const answer = await fetch(address, { headers: { Authorization: `Bearer ${login.access_token}` } });
    const bytes = await answer.arrayBuffer();
    if (!file) return Buffer.from(bytes).toString('base64');
    const key = await globalThis.crypto.subtle.importKey('jwk', file.key, { name: 'AES-CTR' }, false, ['decrypt']);
    const counter = Buffer.from(file.iv, 'base64');
    const clear = await globalThis.crypto.subtle.decrypt({ name: 'AES-CTR', counter, length: 64 }, key, bytes);
    return Buffer.from(clear).toString('base64');
  },
};

readline.createInterface({ input: process.stdin }).on('line', async (line) => {
  const { number, order, ...rest } = JSON.parse(line);
  try {
    tell({ what: 'done', number, result: (await orders[order](rest)) ?? null });
  } catch (error) {
    tell({ what: 'failed', number, error: String(error) });
  }
}).on('close', () => process.exit(0));
