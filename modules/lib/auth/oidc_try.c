#include "base/random.h"
#include "base/secret.h"
#include "auth/oidc_own.h"

#define RANDOM_BYTES 32
#define RANDOM_CHARS 43 /* as base64url */
#define MARK_CHARS   8
#define PURPOSE      STR("oidc-try")
/* Between two machines that serve one site. */
#define FUTURE_US (5 * US_PER_S)

static struct str draw(struct arena *arena)
{
    uint8_t bytes[RANDOM_BYTES];

    random_bytes(bytes, sizeof(bytes));
    return str_base64url(arena, bytes, sizeof(bytes));
}

void oidc_try_begin(struct arena *arena, const struct oidc_provider *provider,
                    instant_us now, struct oidc_try *out)
{
    out->provider = provider->key;
    out->state = draw(arena);
    out->nonce = draw(arena);
    out->verifier = draw(arena);
    out->began_at = now;
}

struct str oidc_try_seal(struct arena *arena, const struct seal_keys *keys,
                         const struct oidc_try *one)
{
    json_t *text = json_new_object(arena);

    json_set_int(text, "purpose", one->purpose);
    json_set_str(text, "provider", one->provider);
    json_set_str(text, "state", one->state);
    json_set_str(text, "nonce", one->nonce);
    json_set_str(text, "verifier", one->verifier);
    json_set_str(text, "return_to", one->return_to);
    json_set_int(text, "person", one->person_id);
    json_set_int(text, "began", one->began_at);
    return seal_text(arena, keys, PURPOSE, json_write(arena, text));
}

enum err oidc_try_open(struct arena *arena, const struct seal_keys *keys, struct str text,
                       struct oidc_try *out)
{
    struct str plain;
    json_t *value = NULL;
    enum err err = seal_open_text(arena, keys, PURPOSE, text, &plain);

    if (err == OK)
        err = json_parse(arena, plain, &value);
    if (err != OK)
        return err;
    *out = (struct oidc_try){
        .purpose = json_get_int(value, "purpose", OIDC_SIGN_ON) == OIDC_STEP_UP
                       ? OIDC_STEP_UP
                       : OIDC_SIGN_ON,
        .provider = json_get_str(value, "provider"),
        .state = json_get_str(value, "state"),
        .nonce = json_get_str(value, "nonce"),
        .verifier = json_get_str(value, "verifier"),
        .return_to = json_get_str(value, "return_to"),
        .person_id = json_get_int(value, "person", 0),
        .began_at = json_get_int(value, "began", INSTANT_NONE),
    };
    return OK;
}

bool oidc_try_is_over(const struct oidc_try *one, instant_us now)
{
    return one->began_at < now - OIDC_TRY_US || one->began_at > now + FUTURE_US;
}

struct str oidc_state_mark(struct str state)
{
    if (state.len != RANDOM_CHARS)
        return STR_NONE;
    for (size_t i = 0; i < state.len; i++) {
        char c = state.ptr[i];

        if (!(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z') &&
            !(c >= '0' && c <= '9') && c != '-' && c != '_')
            return STR_NONE;
    }
    return str_sub(state, 0, MARK_CHARS);
}
