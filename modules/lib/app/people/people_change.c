#include "app/people/people_change.h"

#include "store/pending_sign_on.h"
#include "store/session.h"
#include "app/people/people_tx.h"

struct changing {
    struct people_tx tx;
    const struct people_change *change;
    enum people_verdict verdict;
};

/* What is decided about somebody without a role: the same again is harmless. */
static bool asks(const struct company_person_row *row)
{
    return row->last_sign_on_at != INSTANT_NONE &&
           (row->access_ended_at == INSTANT_NONE ||
            row->access_ended_at < row->last_sign_on_at);
}

/* In the order of what the person on the page can do about it. */
static enum err judge(struct db *db, struct arena *arena, struct changing *changing,
                      const struct company_person_row *row,
                      const struct people_difference *difference)
{
    const struct people_tx *tx = &changing->tx;
    const struct people_change *change = changing->change;
    const struct role_set *taken = &difference->taken;
    const struct role_set *given = &difference->given;
    bool coordinators =
        role_set_has(taken, ROLE_COORDINATOR) || role_set_has(given, ROLE_COORDINATOR);
    struct role_set current;
    int64_t others = 0;
    enum err err = OK;

    role_set_parse(row->roles, &current);
    if (change->person_id == tx->actor->principal->person_id)
        changing->verdict = PEOPLE_SELF;
    else if (!taken->count && !given->count && (change->wanted.count || !asks(row)))
        changing->verdict = PEOPLE_REPEATED;
    else if (!role_set_eq(&current, &change->seen))
        changing->verdict = PEOPLE_CHANGED;
    else if (coordinators && !tx->actor_is_coordinator)
        changing->verdict = PEOPLE_COORDINATORS;
    if (changing->verdict != PEOPLE_DONE || !role_set_has(taken, ROLE_COORDINATOR) ||
        row->last_sign_on_at == INSTANT_NONE)
        return OK;
    err =
        company_coordinators_besides(db, arena, tx->scope->company_id, row->id, &others);
    if (err == OK && others == 0)
        changing->verdict = PEOPLE_LAST_COORDINATOR;
    return err;
}

/* Nothing of the person's access is left. */
static enum err end_access(struct db *db, struct arena *arena, const struct people_tx *tx,
                           int64_t person_id, bool had_roles)
{
    const struct actor *actor = tx->actor;
    enum err err = person_access_ended(db, tx->scope->company_id, person_id, actor->now);

    if (err == OK)
        err = invitation_close(db, person_id, actor->now);
    if (err == OK)
        err = identity_remove_unbound(db, person_id);
    if (err == OK)
        err = pending_sign_on_remove_all(db, person_id);
    if (err == OK)
        err = session_end_all(db, person_id, "role-change", actor->now);
    return err == OK ? people_tx_audit(
                           db, arena, tx,
                           &(struct people_event){.action = had_roles ? "people.removed"
                                                                      : "people.declined",
                                                  .person_id = person_id})
                     : err;
}

/* A role that needs a second factor is no role of a session that was opened without one. */
static enum err renew_sessions(struct db *db, const struct people_tx *tx,
                               int64_t person_id, const struct role_set *given)
{
    unsigned due = 0;
    enum err err = session_renew_all(db, person_id);

    for (size_t i = 0; i < given->count; i++)
        due |= (1u << given->items[i].role) & tx->env->second_factor_roles;
    return err == OK && due ? session_end_unproved(db, person_id, tx->actor->now) : err;
}

static enum err write_change(struct db *db, struct arena *arena,
                             const struct changing *changing,
                             const struct company_person_row *row,
                             const struct people_difference *difference)
{
    const struct people_tx *tx = &changing->tx;
    const struct people_change *change = changing->change;
    struct people_mail mail = {
        .template_name = "roles-changed",
        .person_id = row->id,
        .recipient = row->email,
        .language = row->language,
        .roles = &change->wanted,
        .url_path = STR("/"),
    };
    bool taken = difference->taken.count > 0;
    bool given = difference->given.count > 0;
    enum err err = people_tx_write_roles(db, arena, tx, difference);

    if (err == OK && !change->wanted.count)
        err = end_access(db, arena, tx, row->id, taken);
    else if (err == OK && given)
        err = renew_sessions(db, tx, row->id, &difference->given);
    /* Whose request for access is declined had none before either: nothing has changed for them. */
    if (err == OK && (taken || given))
        err = people_tx_mail(db, arena, tx, &mail);
    return err;
}

static enum err change_tx(struct db *db, struct arena *arena, void *context)
{
    struct changing *changing = context;
    const struct people_change *change = changing->change;
    struct people_difference *difference = ARENA_NEW(arena, struct people_difference);
    struct company_person_row row = {0};
    struct role_set current;
    enum err err = people_tx_begin(db, arena, &changing->tx, &changing->verdict);

    if (err != OK || changing->verdict != PEOPLE_DONE)
        return err;
    err = company_person_get(db, arena, changing->tx.scope->company_id, change->person_id,
                             &row);
    if (err == OK)
        err = people_tx_check_markets(&changing->tx, &change->wanted);
    if (err != OK)
        return err;
    role_set_parse(row.roles, &current);
    difference->person_id = row.id;
    role_set_minus(&current, &change->wanted, &difference->taken);
    role_set_minus(&change->wanted, &current, &difference->given);
    err = judge(db, arena, changing, &row, difference);
    if (err != OK || changing->verdict != PEOPLE_DONE)
        return err;
    return write_change(db, arena, changing, &row, difference);
}

enum err people_change_roles(const struct actor *actor, const struct people_env *env,
                             const struct people_scope *scope,
                             const struct people_change *change, enum people_verdict *out)
{
    struct changing changing = {.tx = {.actor = actor, .env = env, .scope = scope},
                                .change = change};
    enum err err = tx_run(actor->db, actor->arena, TX_READ_WRITE, change_tx, &changing);

    if (err == OK)
        *out = changing.verdict;
    return err;
}

/* ---- sessions ------------------------------------------------------------------------------ */

struct ending {
    struct people_tx tx;
    int64_t person_id;
    enum people_verdict verdict;
};

static enum err end_tx(struct db *db, struct arena *arena, void *context)
{
    struct ending *ending = context;
    const struct people_tx *tx = &ending->tx;
    const char *reason = tx->scope->by_staff ? "ended-by-staff" : "ended-by-coordinator";
    struct company_person_row row = {0};
    enum err err = people_tx_begin(db, arena, &ending->tx, &ending->verdict);

    if (err != OK || ending->verdict != PEOPLE_DONE)
        return err;
    err = company_person_get(db, arena, tx->scope->company_id, ending->person_id, &row);
    if (err == OK)
        err = pending_sign_on_remove_all(db, row.id);
    if (err == OK)
        err = session_end_all(db, row.id, reason, tx->actor->now);
    return err == OK
               ? people_tx_audit(db, arena, tx,
                                 &(struct people_event){.action = "people.sessions_ended",
                                                        .person_id = row.id})
               : err;
}

enum err people_end_sessions(const struct actor *actor, const struct people_env *env,
                             const struct people_scope *scope, int64_t person_id,
                             enum people_verdict *out)
{
    struct ending ending = {.tx = {.actor = actor, .env = env, .scope = scope},
                            .person_id = person_id};
    enum err err = tx_run(actor->db, actor->arena, TX_READ_WRITE, end_tx, &ending);

    if (err == OK)
        *out = ending.verdict;
    return err;
}
