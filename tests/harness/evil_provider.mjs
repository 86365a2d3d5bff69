// An identity provider with one switch per attack. Everything it says is right, but for the one thing that the switch
// names. It signs anybody on at once: who comes to /auth goes back with a code, whoever redeems it gets a token for `login`.
import { execFileSync } from 'node:child_process';
import { createHmac, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ca } from './provider.mjs';
import { run } from './stack.mjs';

const b64 = (value) => Buffer.from(typeof value === 'string' || Buffer.isBuffer(value) ? value : JSON.stringify(value)).toString('base64url');
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const otherRsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const publicJwk = (pair, kid) => ({ ...pair.publicKey.export({ format: 'jwk' }), kid, use: 'sig', alg: 'RS256' });
const now = () => Math.floor(Date.now() / 1000);
const EVENT = 'http://schemas.openid.net/event/backchannel-logout';

/** Compact token of header and claims (objects, or texts for what no object can say). */
export function signed(header, claims, key = rsa.privateKey) {
  const head = `${b64(header)}.${b64(claims)}`;
  const alg = typeof header === 'object' ? header.alg : 'RS256';
  if (alg === 'none') return `${head}.`;
  if (alg === 'HS256') return `${head}.${createHmac('sha256', rsa.publicKey.export({ type: 'spki', format: 'pem' })).update(head).digest('base64url')}`;
  return `${head}.${createSign('sha256').update(head).sign(key).toString('base64url')}`;
}

/**
 * What each switch changes. A function of (parts, provider): parts = { header, claims, key, token } of an ID token before it is
 * signed; `token` replaces all. `reason` is what the log has to say.
 */
const edit = (reason, change) => ({ reason, change });
const claim = (reason, changes) => edit(reason, (parts) => Object.assign(parts.claims, typeof changes === 'function' ? changes(parts.claims) : changes));
const header = (reason, changes) => edit(reason, (parts) => Object.assign(parts.header, changes));
export const TOKEN_ATTACKS = {
  'wrong issuer': claim('token-issuer', { iss: 'https://evil.example' }),
  'issuer with a slash more': claim('token-issuer', (claims) => ({ iss: `${claims.iss}/` })),
  'no issuer': claim('token-issuer', { iss: undefined }),
  'wrong audience': claim('token-audience', { aud: 'other-client' }),
  'our audience and another': claim('token-audience', (claims) => ({ aud: [claims.aud, 'other-client'], azp: claims.aud })),
  'no audience': claim('token-audience', { aud: undefined }),
  'wrong azp': claim('token-azp', { azp: 'other-client' }),
  'wrong nonce': claim('token-nonce', { nonce: 'not-the-nonce' }),
  'no nonce': claim('token-nonce', { nonce: undefined }),
  expired: claim('token-expired', () => ({ exp: now() - 120 })),
  'no expiry': claim('token-expired', { exp: undefined }),
  'expiry as text': claim('token-expired', () => ({ exp: String(now() + 300) })),
  'not before tomorrow': claim('token-not-yet', () => ({ nbf: now() + 86400 })),
  'issued in the future': claim('token-issued-at', () => ({ iat: now() + 3600, exp: now() + 7200 })),
  'issued long ago': claim('token-issued-at', () => ({ iat: now() - 3600 })),
  'no subject': claim('token-subject', { sub: undefined }),
  'empty subject': claim('token-subject', { sub: '' }),
  'subject of 256 characters': claim('token-subject', { sub: 's'.repeat(256) }),
  'subject as number': claim('token-subject', { sub: 4711 }),
  'wrong at_hash': claim('token-at-hash', { at_hash: 'AAAAAAAAAAAAAAAAAAAAAA' }),
  'alg none': edit('token-algorithm', (parts) => { parts.header = { alg: 'none', kid: 'k1' }; }),
  'alg None': header('token-algorithm', { alg: 'None' }),
  'HS256 with the public key': edit('token-algorithm', (parts) => { parts.header.alg = 'HS256'; }),
  'RS512, not allowed': header('token-algorithm', { alg: 'RS512' }),
  'no alg': edit('token-algorithm', (parts) => { parts.token = signed('{"kid":"k1"}', parts.claims); }),
  'unknown kid': header('token-key', { kid: 'nobodys' }),
  'jku of its own': edit('token-signature', (parts, provider) => { parts.header.jku = `${provider.issuer}/other-jwks`; parts.key = otherRsa.privateKey; }),
  'x5u of its own': edit('token-signature', (parts, provider) => { parts.header.x5u = `${provider.issuer}/other-cert`; parts.key = otherRsa.privateKey; }),
  'jwk in the header': edit('token-signature', (parts) => { parts.header.jwk = publicJwk(otherRsa, 'k1'); parts.key = otherRsa.privateKey; }),
  'signed with another key': edit('token-signature', (parts) => { parts.key = otherRsa.privateKey; }),
  'changed after signing': edit('token-signature', (parts) => {
    const [h, , s] = signed(parts.header, parts.claims).split('.');
    parts.token = `${h}.${b64({ ...parts.claims, groups: ['admin', 'more'] })}.${s}`;
  }),
  'no signature': edit('token-signature', (parts) => { parts.token = `${signed(parts.header, parts.claims).split('.').slice(0, 2).join('.')}.`; }),
  truncated: edit('token-malformed', (parts) => { const token = signed(parts.header, parts.claims); parts.token = token.slice(0, token.indexOf('.', 40) - 3); }),
  'critical extension': header('token-critical', { crit: ['urn:kontor:unheard-of'], 'urn:kontor:unheard-of': true }),
  'b64 false': header('token-critical', { crit: ['b64'], b64: false }),
  'duplicate key in the claims': edit('token-malformed', (parts) => {
    parts.token = signed(parts.header, JSON.stringify(parts.claims).replace(/^\{/, '{"sub":"somebody-else",'));
  }),
  'duplicate key in the header': edit('token-malformed', (parts) => { parts.token = signed('{"alg":"none","alg":"RS256","kid":"k1"}', parts.claims); }),
  'a logout token for an ID token': header('token-type', { typ: 'logout+jwt' }),
  'an access token for an ID token': header('token-type', { typ: 'at+jwt' }),
  encrypted: edit('token-malformed', (parts) => { parts.token = `${signed(parts.header, parts.claims)}.AAAA.AAAA`; }),
  'a page for a token': edit('token-malformed', (parts) => { parts.token = '<html>'; }),
  'a token of 20,000 bytes': claim('token-malformed', () => ({ filler: 'x'.repeat(20000) })),
  'no token at all': edit('token-missing', (parts) => { parts.token = null; }),
  'acr missing': claim('token-acr', { acr: undefined }),
  'acr as list': claim('token-acr', { acr: ['gold'] }),
};

/** What may be wrong with the answers around the token: a function that answers instead, by path. */
const json = (response, value, status = 200, type = 'application/json') => response.writeHead(status, { 'content-type': type }).end(typeof value === 'string' ? value : JSON.stringify(value));
export const TOKEN_ENDPOINT_ATTACKS = {
  'code refused': { reason: 'code-refused', answer: (response) => json(response, { error: 'invalid_grant' }, 400) },
  'client refused': { reason: 'client-refused', answer: (response) => json(response, { error: 'invalid_client' }, 401) },
  'error 500': { reason: 'provider-away', answer: (response) => json(response, { error: 'server_error' }, 500) },
  'a page instead of JSON': { reason: 'provider-garbage', answer: (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>') },
  'JSON that is none': { reason: 'provider-garbage', answer: (response) => json(response, '{"id_token":') },
  'a list': { reason: 'provider-garbage', answer: (response) => json(response, []) },
  'id_token twice': { reason: 'provider-garbage', answer: (response) => json(response, '{"id_token":"a","id_token":"b"}') },
  'a redirect': { reason: 'provider-garbage', answer: (response) => response.writeHead(302, { location: '/token2' }).end() },
  'a megabyte': { reason: 'provider-garbage', answer: (response) => json(response, { id_token: 'x'.repeat(1 << 20) }) },
  'a megabyte without its length': { reason: 'provider-garbage', answer: (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    for (let i = 0; i < 64; i++) response.write('[' .repeat(16384));
    response.end();
  } },
  'broken off': { reason: 'provider-away', answer: (response) => { response.writeHead(200, { 'content-type': 'application/json', 'content-length': 100 }); response.write('{'); response.socket.destroy(); } },
  silence: { reason: 'provider-away', answer: () => {} },
  'one byte in a while': { reason: 'provider-away', answer: (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const timer = setInterval(() => (response.destroyed ? clearInterval(timer) : response.write(' ')), 200);
  } },
};

/** Discovery and keys: what is wrong with the documents. */
export const DISCOVERY_ATTACKS = {
  'another issuer': { reason: 'discovery-issuer', document: { issuer: 'https://evil.example' } },
  'issuer with a slash': { reason: 'discovery-issuer', document: (metadata) => ({ issuer: `${metadata.issuer}/` }) },
  'token endpoint elsewhere': { reason: 'discovery-endpoint', document: { token_endpoint: 'https://evil.example/token' } },
  'token endpoint without TLS': { reason: 'discovery-endpoint', document: (metadata) => ({ token_endpoint: metadata.token_endpoint.replace('https', 'http') }) },
  'keys at the metadata address of a cloud': { reason: 'discovery-endpoint', document: { jwks_uri: 'https://169.254.169.254/keys' } },
  'a user in the address': { reason: 'discovery-endpoint', document: (metadata) => ({ token_endpoint: metadata.token_endpoint.replace('https://', 'https://evil.example@') }) },
  'authorization by script': { reason: 'discovery-endpoint', document: { authorization_endpoint: 'javascript:alert(1)' } },
  'no keys': { reason: 'discovery-endpoint', document: { jwks_uri: undefined } },
  'HMAC only': { reason: 'discovery-unfit', document: { id_token_signing_alg_values_supported: ['HS256', 'none'] } },
  'PKCE without S256': { reason: 'discovery-unfit', document: { code_challenge_methods_supported: ['plain'] } },
  'issuer twice': { reason: 'provider-garbage', answer: (response, metadata) => json(response, JSON.stringify(metadata).replace('{', '{"issuer":"https://evil.example",')) },
  'a redirect': { reason: 'provider-garbage', answer: (response) => response.writeHead(302, { location: 'https://169.254.169.254/' }).end() },
  'a megabyte': { reason: 'provider-garbage', answer: (response, metadata) => json(response, { ...metadata, filler: 'x'.repeat(1 << 20) }) },
  'a page': { reason: 'provider-garbage', answer: (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>') },
  'not found': { reason: 'provider-garbage', answer: (response) => json(response, {}, 404) },
  silence: { reason: 'provider-away', answer: () => {} },
};

/** Logout tokens: parts = { header, claims, key }. */
export const LOGOUT_ATTACKS = {
  'nonce inside': claim('logout-nonce', { nonce: 'n' }),
  'no events': claim('logout-events', { events: undefined }),
  'other events': claim('logout-events', { events: { 'https://example.org/other': {} } }),
  'events as list': claim('logout-events', { events: [EVENT] }),
  'wrong audience': claim('token-audience', { aud: 'other-client' }),
  'wrong issuer': claim('token-issuer', { iss: 'https://evil.example' }),
  expired: claim('token-expired', () => ({ exp: now() - 120 })),
  'issued long ago': claim('token-issued-at', () => ({ iat: now() - 3600 })),
  'no jti': claim('logout-jti', { jti: undefined }),
  'neither sub nor sid': claim('logout-who', { sub: undefined, sid: undefined }),
  'empty sub': claim('logout-who', { sub: '' }),
  'alg none': edit('token-algorithm', (parts) => { parts.header = { alg: 'none' }; }),
  'HS256 with the public key': edit('token-algorithm', (parts) => { parts.header.alg = 'HS256'; }),
  'signed with another key': edit('token-signature', (parts) => { parts.key = otherRsa.privateKey; }),
  'another type': header('token-type', { typ: 'at+jwt' }),
  'an ID token': edit('logout-nonce', (parts) => { Object.assign(parts.claims, { nonce: 'n', events: undefined, jti: undefined }); parts.header.typ = 'JWT'; }),
};

/** Folder with key.pem and cert.pem. */
function certificateFor(name) {
  const folder = mkdtempSync(join(tmpdir(), 'kontor-evil-'));
  const [key, request, cert, extensions] = ['key.pem', 'request.pem', 'cert.pem', 'ext'].map((file) => join(folder, file));
  writeFileSync(extensions, `subjectAltName=DNS:${name}\n`);
  execFileSync('openssl', ['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-subj', `/CN=${name}`, '-keyout', key, '-out', request], { stdio: 'ignore' });
  execFileSync('openssl', ['x509', '-req', '-in', request, '-CA', join(run, 'etc/tls/ca.crt'), '-CAkey', join(run, 'etc/tls/ca.key'), '-days', '2', '-extfile', extensions, '-out', cert], { stdio: 'ignore' });
  return folder;
}

const sealed = (parts) => (parts.token === undefined ? signed(parts.header, parts.claims, parts.key) : parts.token);

export class EvilProvider {
  /** The attack in force: one of the objects above. */
  attack = undefined;
  /** Also: 'discovery' | 'token-endpoint' | 'token' | undefined says where it holds. */
  where = undefined;
  claims = {};
  lastToken = '';
  lastAccessToken = '';
  /** How often each path was asked. */
  asked = {};
  #tries = new Map();
  #folder = undefined;

  /** options.name: with a certificate of the demo's CA for that name only. */
  static async start({ name } = {}) {
    const provider = new EvilProvider();
    const folder = name ? certificateFor(name) : join(run, 'var/provider');
    if (name) provider.#folder = folder;
    provider.server = createServer({ key: readFileSync(join(folder, 'key.pem')), cert: readFileSync(join(folder, 'cert.pem')), ca: ca() }, (request, response) => provider.#answer(request, response));
    await new Promise((resolve) => provider.server.listen(0, '127.0.0.1', resolve));
    provider.issuer = `https://localhost:${provider.server.address().port}`;
    return provider;
  }
  stop() {
    this.server.closeAllConnections();
    if (this.#folder) rmSync(this.#folder, { recursive: true });
    return new Promise((resolve) => this.server.close(resolve));
  }

  /** Be good, or evil in one way. */
  be(where, attack) {
    this.where = where;
    this.attack = attack;
  }

  metadata() {
    const at = (path) => this.issuer + path;
    return {
      issuer: this.issuer, authorization_endpoint: at('/auth'), token_endpoint: at('/token'), jwks_uri: at('/jwks'), end_session_endpoint: at('/end'),
      response_types_supported: ['code'], code_challenge_methods_supported: ['S256'], id_token_signing_alg_values_supported: ['RS256'],
      authorization_response_iss_parameter_supported: true, token_endpoint_auth_methods_supported: ['client_secret_basic', 'none'],
    };
  }

  /** Where the browser goes back to, as /auth would send it. Changes: other query parameters (undefined: left out). */
  back(address, changes = {}) {
    const query = new URL(address).searchParams;
    const code = randomBytes(16).toString('base64url');
    this.#tries.set(code, Object.fromEntries(query));
    const back = new URL(query.get('redirect_uri'));
    for (const [name, value] of Object.entries({ code, state: query.get('state'), iss: this.issuer, ...changes })) if (value !== undefined) back.searchParams.set(name, value);
    return back.href;
  }

  idToken(query) {
    const parts = {
      header: { alg: 'RS256', kid: 'k1', typ: 'JWT' }, key: rsa.privateKey, token: undefined,
      claims: { iss: this.issuer, aud: query.client_id, sub: 'evil-1', nonce: query.nonce, iat: now(), exp: now() + 300, preferred_username: 'evil', name: 'Eva Evil', acr: 'gold', groups: ['member'], ...this.claims },
    };
    if (this.where === 'token') this.attack.change(parts, this);
    return sealed(parts);
  }

  logoutToken(claims, attack) {
    const parts = {
      header: { alg: 'RS256', kid: 'k1', typ: 'logout+jwt' }, key: rsa.privateKey, token: undefined,
      claims: { iss: this.issuer, aud: 'kontor', iat: now(), exp: now() + 120, jti: randomBytes(8).toString('hex'), events: { [EVENT]: {} }, ...claims },
    };
    attack?.change(parts, this);
    return sealed(parts);
  }

  async #answer(request, response) {
    const { pathname } = new URL(request.url, this.issuer);
    this.asked[pathname] = (this.asked[pathname] ?? 0) + 1;
    if (pathname === '/.well-known/openid-configuration') {
      const metadata = this.metadata();
      if (this.where !== 'discovery') return json(response, metadata);
      if (this.attack.answer) return this.attack.answer(response, metadata);
      const changes = typeof this.attack.document === 'function' ? this.attack.document(metadata) : this.attack.document;
      return json(response, { ...metadata, ...changes });
    }
    if (pathname === '/jwks') return json(response, { keys: [publicJwk(rsa, 'k1')] }, 200, 'application/jwk-set+json');
    if (pathname === '/other-jwks') return json(response, { keys: [publicJwk(otherRsa, 'k1')] });
    if (pathname === '/token') {
      let text = '';
      for await (const piece of request) text += piece;
      this.lastForm = new URLSearchParams(text);
      if (this.where === 'token-endpoint') return this.attack.answer(response);
      const query = this.#tries.get(this.lastForm.get('code'));
      if (!query) return json(response, { error: 'invalid_grant' }, 400);
      this.#tries.delete(this.lastForm.get('code'));
      this.lastToken = this.idToken(query) ?? '';
      this.lastAccessToken = `access-${randomBytes(16).toString('hex')}`;
      return json(response, { token_type: 'Bearer', access_token: this.lastAccessToken, ...(this.lastToken ? { id_token: this.lastToken } : {}) });
    }
    return json(response, {}, 404);
  }
}

/** Of a test's configuration: staff by groups, the strongest rules. */
export const evilSettings = (provider) => ({ issuer: provider.issuer, side: 'staff', role_claim: 'groups', login_claim: 'preferred_username', required_acr: 'gold', timeout_ms: 1500, algorithms: 'RS256', label_en: 'Evil', label_de: 'Böse' });
