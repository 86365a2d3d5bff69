#include "app/sign_on/session_open.h"

#include "base/random.h"
#include "formats/json.h"
#include "store/session.h"
#include "store/session_list.h"
#include "store/trail.h"
#include "app/sign_on/account_mail.h"

/* ---- the plan as JSON ---------------------------------------------------------------------- */

static void set_if(json_t *object, const char *key, struct str value)
{
    if (value.ptr)
        json_set_str(object, key, value);
}

struct str session_plan_json(struct arena *arena, const struct session_plan *plan)
{
    json_t *json = json_new_object(arena);

    json_set_int(json, "person_id", plan->person_id);
    json_set_int(json, "company_id", plan->company_id);
    json_set_int(json, "identity_id", plan->identity_id);
    json_set_bool(json, "by_provider", plan->by_provider);
    json_set_int(json, "proved_at", plan->proved_at);
    json_set_str(json, "device", plan->device);
    json_set_str(json, "network", plan->network);
    json_set_bool(json, "returning", plan->returning);
    json_set_int(json, "known_person_id", plan->known_person_id);
    if (plan->replaces)
        json_set_str(json, "replaces_sha256",
                     str_hex(arena, plan->replaces_sha256, SHA256_BYTES));
    set_if(json, "issuer", plan->issuer);
    set_if(json, "subject", plan->subject);
    set_if(json, "provider_sid", plan->provider_sid);
    return json_write(arena, json);
}

enum err session_plan_read(struct arena *arena, struct str text, struct session_plan *out)
{
    json_t *json = NULL;
    struct str replaces;

    if (json_parse(arena, text, &json) != OK)
        return err_note(ERR_INTERNAL, "payload of a pending sign-on");
    *out = (struct session_plan){
        .person_id = json_get_int(json, "person_id", 0),
        .company_id = json_get_int(json, "company_id", 0),
        .identity_id = json_get_int(json, "identity_id", 0),
        .by_provider = json_get_bool(json, "by_provider", false),
        .proved_at = json_get_int(json, "proved_at", 0),
        .device = json_get_str(json, "device"),
        .network = json_get_str(json, "network"),
        .returning = json_get_bool(json, "returning", false),
        .known_person_id = json_get_int(json, "known_person_id", 0),
        .issuer = json_get_str(json, "issuer"),
        .subject = json_get_str(json, "subject"),
        .provider_sid = json_get_str(json, "provider_sid"),
    };
    replaces = json_get_str(json, "replaces_sha256");
    out->replaces = replaces.ptr != NULL;
    if (!out->person_id || !out->device.ptr || !out->network.ptr ||
        (out->replaces && str_unhex(replaces, out->replaces_sha256, SHA256_BYTES) != OK))
        return err_note(ERR_INTERNAL, "payload of a pending sign-on");
    return OK;
}

/* ---- opening --------------------------------------------------------------------------------- */

struct session_token session_token_new(struct arena *arena)
{
    struct session_token token;
    uint8_t bytes[SESSION_TOKEN_BYTES];

    random_bytes(bytes, sizeof(bytes));
    token.text = str_base64url(arena, bytes, sizeof(bytes));
    sha256(token.text, token.sha256);
    return token;
}

enum err sign_on_audit(const struct actor *actor, const char *action, int64_t person_id,
                       int64_t company_id, const char *reason)
{
    json_t *detail = json_new_object(actor->arena);
    struct audit_row row = {
        .at = actor->now,
        .program = actor->program,
        .trace_id = actor->trace_id,
        .action = action,
        .person_id = person_id,
        .company_id = company_id,
        .object = STR(""),
    };

    /* The login as typed is not recorded: people type passwords into the wrong field. */
    if (reason)
        json_set_str(detail, "reason", str_from(reason));
    row.detail = json_write(actor->arena, detail);
    return audit_insert(actor->db, &row);
}

static enum err keep_provider(struct db *db, int64_t session_id,
                              const struct session_plan *plan)
{
    struct session_provider_row row = {
        .issuer = plan->issuer,
        .subject = plan->subject,
        .sid = plan->provider_sid.ptr ? plan->provider_sid : STR(""),
    };

    return session_provider_insert(db, session_id, &row);
}

/* Odd sign-ons are told to who they are said to be. What is usual is not odd: the browser that has our
 * cookie, or the same device from the same address as some days ago. */
static enum err tell_if_new(const struct actor *actor, const struct session_plan *plan)
{
    struct account_mail mail = {
        .template_name = "new-sign-in",
        .url_path = "/profile/sessions",
        .device = plan->device,
        .network = network_short(actor->arena, plan->network),
    };
    bool seen = false;
    enum err err;

    if (!plan->returning || plan->known_person_id == plan->person_id)
        return OK;
    err = session_device_seen(actor->db, actor->arena, plan->person_id, plan->device,
                              plan->network, &seen);
    return err != OK || seen ? err : account_mail(actor, plan->person_id, &mail);
}

enum err session_open(const struct actor *actor, const struct session_plan *plan,
                      const struct session_token *token, int64_t absolute_us)
{
    struct session_insert_row row = {
        .person_id = plan->person_id,
        .identity_id = plan->identity_id,
        .method = plan->by_provider ? "provider" : "password",
        .second_factor = plan->second_factor,
        .now = actor->now,
        .confirmed_at = plan->proved_at > 0 && plan->proved_at < actor->now
                            ? plan->proved_at
                            : actor->now,
        .expires_at = actor->now + absolute_us,
        .device = plan->device,
        .network = plan->network,
    };
    int64_t session_id = 0;
    enum err err;

    memcpy(row.token_sha256, token->sha256, SHA256_BYTES);
    err = tell_if_new(actor, plan);
    if (err == OK && plan->replaces)
        err = session_end(actor->db, plan->replaces_sha256, "replaced", actor->now);
    if (err == OK)
        err = session_insert(actor->db, &row, &session_id);
    if (err == OK && plan->by_provider)
        err = keep_provider(actor->db, session_id, plan);
    if (err == OK)
        err = sign_on_audit(actor, "sign_on.succeeded", plan->person_id, plan->company_id,
                            plan->second_factor ? "second-factor" : NULL);
    return err;
}
