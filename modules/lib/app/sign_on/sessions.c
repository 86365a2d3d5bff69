#include "app/sign_on/sessions.h"

#include "store/pending_sign_on.h"
#include "store/session.h"
#include "store/trail.h"
#include "app/sign_on/session_open.h"

#define REASON "ended-by-person"

enum err sessions_list(const struct actor *actor, int64_t idle_us,
                       struct sessions_list *out)
{
    struct db_rows rows = {0};
    enum err err = session_list(actor->db, actor->arena, actor->principal->person_id,
                                actor->now, actor->now - idle_us, &rows);

    if (err == OK)
        *out = (struct sessions_list){rows.items, rows.count};
    return err;
}

/* ---- ending ----------------------------------------------------------------------------------- */

static enum err audit_end(const struct actor *actor, struct str object)
{
    struct audit_row row = {
        .at = actor->now,
        .program = actor->program,
        .trace_id = actor->trace_id,
        .action = "session.ended",
        .person_id = actor->principal->person_id,
        .company_id = actor->principal->company_id,
        .object = object,
        .detail = STR("{\"reason\":\"" REASON "\"}"),
    };

    return audit_insert(actor->db, &row);
}

struct ending {
    const struct actor *actor;
    int64_t session_id; /* 0: all others */
    int64_t count;
};

static enum err write_end(struct db *db, struct arena *arena, void *context)
{
    struct ending *ending = context;
    const struct actor *actor = ending->actor;
    enum err err;

    if (!ending->session_id) {
        err = sessions_end_others_tx(actor, REASON, &ending->count);
        return err == OK ? audit_end(actor, STR("others")) : err;
    }
    err = session_end_own(db, actor->principal->person_id, ending->session_id, REASON,
                          actor->now);
    return err == OK ? audit_end(actor, str_format(arena, "session:%lld",
                                                   (long long)ending->session_id))
                     : err;
}

enum err sessions_end_others_tx(const struct actor *actor, const char *reason,
                                int64_t *count_out)
{
    int64_t person_id = actor->principal->person_id;
    enum err err = session_end_others(actor->db, person_id, actor->principal->session_id,
                                      reason, actor->now, count_out);

    return err == OK ? pending_sign_on_remove_all(actor->db, person_id) : err;
}

enum err sessions_end(const struct actor *actor, int64_t session_id)
{
    struct ending ending = {.actor = actor, .session_id = session_id};

    if (session_id <= 0)
        return ERR_NOT_FOUND;
    return tx_run(actor->db, actor->arena, TX_READ_WRITE, write_end, &ending);
}

enum err sessions_end_others(const struct actor *actor, int64_t *count_out)
{
    struct ending ending = {.actor = actor};
    enum err err = tx_run(actor->db, actor->arena, TX_READ_WRITE, write_end, &ending);

    if (err == OK)
        *count_out = ending.count;
    return err;
}

/* ---- a new token ------------------------------------------------------------------------------ */

enum err session_token_renew(const struct actor *actor, struct str token,
                             struct str *token_out)
{
    struct session_token renewed = session_token_new(actor->arena);
    uint8_t digest[SHA256_BYTES];
    enum err err;

    sha256(token, digest);
    err = session_renew(actor->db, digest, renewed.sha256);
    if (err == OK)
        *token_out = renewed.text;
    return err;
}

/* ---- what became of it ------------------------------------------------------------------------ */

static const struct {
    const char *reason;
    enum session_past past;
} PASTS[] = {
    {"signed-out", SESSION_PAST_NONE},
    {"replaced", SESSION_PAST_NONE},
    {REASON, SESSION_PAST_ENDED_BY_PERSON},
    {"ended-by-coordinator", SESSION_PAST_ENDED_BY_COORDINATOR},
    {"operator", SESSION_PAST_ENDED_BY_STAFF},
    {"ended-by-staff", SESSION_PAST_ENDED_BY_STAFF},
    {"second-factor-reset", SESSION_PAST_ENDED_BY_STAFF},
    {"directory", SESSION_PAST_ENDED_BY_SOURCE},
    {"provider", SESSION_PAST_ENDED_BY_SOURCE},
    {"role-change", SESSION_PAST_ROLES},
    {"password-changed", SESSION_PAST_PASSWORD},
};

enum err session_past(const struct actor *actor, struct str token, enum session_past *out)
{
    struct session_state_row row = {0};
    uint8_t digest[SHA256_BYTES];
    enum err err;

    sha256(token, digest);
    err = session_state(actor->db, actor->arena, digest, &row);
    if (err != OK && err != ERR_NOT_FOUND)
        return err;
    if (err == ERR_NOT_FOUND)
        *out = SESSION_PAST_NONE;
    else
        *out = row.ended ? SESSION_PAST_OTHER : SESSION_PAST_IDLE;
    for (size_t i = 0; err == OK && row.ended && i < sizeof(PASTS) / sizeof(*PASTS); i++)
        if (str_is(row.end_reason, PASTS[i].reason))
            *out = PASTS[i].past;
    return OK;
}
