/* Tokens, key sets and claims: any bytes give a verdict, and nothing unsigned is ever believed. The first byte says what
 * the rest is. */
#include "auth/oidc_own.h"

/* A public key whose private half nobody has kept. */
static const char KEYS[] = "{\"keys\":[{\"kty\":\"EC\",\"crv\":\"P-256\",\"kid\":\"e\","
                           "\"x\":\"MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4\","
                           "\"y\":\"4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM\"}]}";

static const struct oidc_provider PROVIDER = {
    .issuer = {"https://i.example", 17},
    .client_id = {"k", 1},
    .for_staff = true,
    .login_claim = "preferred_username",
    .name_claim = "name",
    .mail_claim = "email",
    .company_claim = "",
    .role_claim = "realm.roles",
    .team_claim = "teams",
    .algorithms = 0x1ff,
};

static void check_text(struct str s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.ptr[i] < ' ')
            bug("a control character came through");
}

static void try_token(struct arena *arena, struct str in)
{
    struct jws_keys *keys = NULL;
    struct jws token;

    if (jws_keys_read(arena, str_from(KEYS), &keys) != OK)
        bug("own keys");
    if (jws_verify(arena, in, keys, 0x1ff, &token) == JWS_OK)
        bug("signed by nobody");
}

static void try_claims(struct arena *arena, struct str in)
{
    struct oidc_try one = {.nonce = {"n", 1}, .began_at = 0};
    struct oidc_expected expected = {.one = &one, .now = US_PER_S};
    struct jws token = {.algorithm = JWS_ES256};
    struct oidc_proof proof = {0};

    if (json_parse(arena, in, &token.claims) != OK || !json_is_object(token.claims) ||
        oidc_id_token_check(&PROVIDER, arena, &token, &expected) != OIDC_OK ||
        oidc_identity_read(&PROVIDER, token.claims, NULL, &proof) != OIDC_OK)
        return;
    if (proof.identity.subject.len == 0 || proof.identity.subject.len > OIDC_SUBJECT_MAX)
        bug("no subject");
    check_text(proof.identity.subject);
    check_text(proof.identity.login);
    check_text(proof.identity.display_name);
    check_text(proof.identity.email);
    for (size_t i = 0; i < proof.identity.team_count; i++)
        check_text(proof.identity.teams[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new(64 << 20);
    struct jws_keys *keys = NULL;
    struct str in;

    if (size > 0) {
        /* A copy of exactly this size, so that a read past the end is seen. */
        in = str_sub(str_copy(arena, (struct str){(const char *)data + 1, size - 1}), 0,
                     size - 1);
        if (data[0] == 'k')
            (void)jws_keys_read(arena, in, &keys);
        else if (data[0] == 'c')
            try_claims(arena, in);
        else
            try_token(arena, in);
    }
    arena_free(&arena);
    err_clear();
    return 0;
}
