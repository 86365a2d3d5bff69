// The demo's identity provider: oidc-provider, a certified OpenID Connect provider, with the demo's people. Several
// issuers in one process, one for each name below. usage: provider.mjs FOLDER PORT SITE
//   FOLDER  key.pem and cert.pem (TLS), secret (of our client), keys.json (made if missing: signing keys),
//           people.json (optional: { login: claims }); all but the first two are read anew where they are used
//   SITE    where Kontor is, with its prefix: http://localhost:8080/
// Anybody may sign on with the demo's password. A tick in the form stands for a second factor.
import { generateKeyPairSync, createHash, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import Provider from 'oidc-provider';

const [folder, port, site] = process.argv.slice(2);
const password = 'kontor-demo-2026';
const read = (name) => readFileSync(join(folder, name), 'utf8');
const TWO_FACTORS = 'urn:kontor:two-factors';

// ---- keys -----------------------------------------------------------------------------------------------------------

const newKey = (kind, options, alg) => ({
  ...generateKeyPairSync(kind, options).privateKey.export({ format: 'jwk' }),
  kid: createHash('sha256').update(`${alg} ${Date.now()} ${Math.random()}`).digest('base64url').slice(0, 16), use: 'sig', alg,
});
if (!existsSync(join(folder, 'keys.json'))) {
  const keys = [newKey('rsa', { modulusLength: 2048 }, 'RS256'), newKey('rsa', { modulusLength: 2048 }, 'PS256'), newKey('ec', { namedCurve: 'P-256' }, 'ES256')];
  writeFileSync(join(folder, 'keys.json'), JSON.stringify({ keys }), { mode: 0o600 });
}
const jwks = JSON.parse(read('keys.json'));
const cookieKeys = [createHash('sha256').update(read('keys.json')).digest('base64url')];

// ---- people ---------------------------------------------------------------------------------------------------------

/** Claims of a login: what people.json says, else made up from the login. */
function claimsOf(login) {
  const known = existsSync(join(folder, 'people.json')) ? JSON.parse(read('people.json'))[login] : undefined;
  return {
    preferred_username: login, name: login, email: `${login}@example.org`, email_verified: true, ...known,
  };
}

// ---- issuers --------------------------------------------------------------------------------------------------------

/** name: how its client signs on to the token endpoint, and with what its ID tokens are signed. */
const ISSUERS = {
  staff: { token_endpoint_auth_method: 'client_secret_basic', id_token_signed_response_alg: 'RS256' },
  customers: { token_endpoint_auth_method: 'none', id_token_signed_response_alg: 'ES256' },
  // for tests, where the configuration has them
  roles: { token_endpoint_auth_method: 'client_secret_post', id_token_signed_response_alg: 'PS256' },
  company: { token_endpoint_auth_method: 'none', id_token_signed_response_alg: 'RS256' },
  invited: { token_endpoint_auth_method: 'none', id_token_signed_response_alg: 'RS256' },
};

const page = (title, body) => `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title><body style="font-family:sans-serif;max-width:24rem;margin:3rem auto;padding:0 1rem"><h1>${title}</h1>${body}`;

function newIssuer(name) {
  const client = ISSUERS[name];
  const provider = new Provider(`https://localhost:${port}/${name}`, {
    clients: [{
      client_id: 'kontor', ...client, ...(client.token_endpoint_auth_method === 'none' ? {} : { client_secret: read('secret').trim() }),
      redirect_uris: [`${site}login/provider/${name}/callback`], post_logout_redirect_uris: [`${site}logout/provider/${name}`],
      grant_types: ['authorization_code'], response_types: ['code'],
      backchannel_logout_uri: `${site}logout/back-channel/${name}`, backchannel_logout_session_required: true,
    }],
    jwks, cookies: { keys: cookieKeys, names: { session: `${name}_session`, interaction: `${name}_interaction`, resume: `${name}_resume` } },
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post'],
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256'] },
    pkce: { required: () => true },
    acrValues: [TWO_FACTORS],
    conformIdTokenClaims: false,
    claims: { openid: ['sub', 'sid', 'acr', 'amr', 'auth_time', 'preferred_username', 'name', 'email', 'email_verified', 'groups', 'teams', 'company'], profile: [], email: [] },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          ctx.body = page('Sign out', `${form}<button form="op.logoutForm" name="logout" value="yes">Yes, sign me out</button>`);
        },
      },
    },
    // Its guard against requests to machines inside does not fit: Kontor is one.
    fetch: (address, { dispatcher, ...options }) => globalThis.fetch(address, options),
    interactions: { url: (ctx, interaction) => `/${name}/interaction/${interaction.uid}` },
    // The subject is not the login.
    findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...claimsOf(id.replace(/^id-/, '')) }) }),
    // Everybody agrees to everything.
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
    ttl: { Session: 3600, Interaction: 600, Grant: 3600, AccessToken: 300, IdToken: 300, AuthorizationCode: 60 },
  });
  for (const event of ['server_error', 'end_session.error', 'backchannel.error', 'grant.error', 'authorization.error']) {
    provider.on(event, (...args) => console.log(`${name} ${event}: ${args.find((arg) => arg instanceof Error)?.error_description ?? args.find((arg) => arg instanceof Error)?.message}`));
  }
  return { provider, answer: provider.callback() };
}
const issuers = Object.fromEntries(Object.keys(ISSUERS).map((name) => [name, newIssuer(name)]));

// ---- the sign-on page -----------------------------------------------------------------------------------------------

const same = (a, b) => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
const form = (wrong) => page('Demo identity provider', `${wrong ? '<p role="alert">Login or password is not correct.</p>' : ''}
<form method="post"><p><label>Login<br><input name="login" autofocus autocomplete="username"></label>
<p><label>Password<br><input name="password" type="password" autocomplete="current-password"></label>
<p><label><input type="checkbox" name="second_factor" value="yes"> with a second factor</label>
<p><button>Sign in</button> <button name="cancel" value="yes">Cancel</button></form>`);

async function body(request) {
  let text = '';
  for await (const piece of request) {
    text += piece;
    if (text.length > 10000) break;
  }
  return new URLSearchParams(text);
}

async function interaction(provider, request, response) {
  const { prompt, params } = await provider.interactionDetails(request, response);
  const fields = request.method === 'POST' ? await body(request) : new URLSearchParams();
  const finish = (result) => provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
  if (prompt.name !== 'login') throw new Error(`prompt ${prompt.name}`);
  if (fields.get('cancel')) return finish({ error: 'access_denied', error_description: 'cancelled' });
  if (fields.get('login') && same(fields.get('password') ?? '', password)) {
    // Who asked for a second factor (acr_values) and got none is told so by what is missing in the token.
    const two = fields.get('second_factor') === 'yes';
    return finish({ login: { accountId: `id-${fields.get('login')}`, remember: true, amr: two ? ['pwd', 'otp', 'mfa'] : ['pwd'], ...(two ? { acr: TWO_FACTORS } : {}) } });
  }
  response.writeHead(request.method === 'POST' ? 422 : 200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  return response.end(form(request.method === 'POST' && params));
}

// ---- the server -----------------------------------------------------------------------------------------------------

createServer({ key: read('key.pem'), cert: read('cert.pem') }, async (request, response) => {
  const [, name, rest] = /^\/([a-z]+)(\/.*)?$/.exec(new URL(request.url, 'https://localhost').pathname) ?? [];
  const issuer = issuers[name];
  try {
    if (!issuer) response.writeHead(404).end();
    else if (rest?.startsWith('/interaction/')) await interaction(issuer.provider, request, response);
    else {
      // As a framework that mounts it would: the provider makes its own addresses of the original one.
      request.originalUrl = request.url;
      request.url = request.url.slice(name.length + 1);
      issuer.answer(request, response);
    }
  } catch (error) {
    console.log(`${name}: ${error.message}`);
    if (!response.headersSent) response.writeHead(400, { 'content-type': 'text/html; charset=utf-8' });
    response.end(page('This did not work', '<p>Start again.'));
  }
}).listen(Number(port), '127.0.0.1', () => console.log(`listening, started in ${Math.round(performance.now())} ms`));
