/* One person: what the directory says now against what Kontor believes. */
#include "base/log.h"
#include "formats/json.h"
#include "store/trail.h"
#include "app/people/directory_sync.h"
#include "app/sign_on/sign_on_person.h"

/* ---- is there a difference? (pure) ----------------------------------------------------------- */

/* Why the sessions end; NULL: they do not. */
static const char *reason_to_leave(const struct sync_person_row *known,
                                   const struct directory_person *found)
{
    const struct identity *identity = &found->identity;

    if (found->state == DIRECTORY_GONE)
        return "gone";
    if (found->state == DIRECTORY_DOUBLE)
        return "several-entries";
    if (found->state == DIRECTORY_DISABLED)
        return "disabled";
    if (identity->is_staff != known->is_staff)
        return "other-side";
    if (identity->is_staff)
        return identity->roles ? NULL : "no-role";
    if (!identity->is_customer)
        return "other-side";
    if (identity->company_said &&
        !str_eq(identity->company_key, known->company_reference))
        return identity->company_key.len > 0 ? "other-company" : "no-company";
    return NULL;
}

static bool in_list(struct str list, struct str key)
{
    struct str one;

    while (str_next(&list, ',', &one))
        if (str_eq(one, key))
            return true;
    return false;
}

static size_t list_length(struct str list)
{
    size_t count = 0;
    struct str one;

    while (list.len > 0 && str_next(&list, ',', &one))
        count++;
    return count;
}

/* Teams that Kontor does not have count for nothing. */
static bool teams_differ(const struct directory_sync_person *person)
{
    const struct identity *identity = &person->found->identity;
    size_t count = 0;

    for (size_t k = 0; k < person->team_count; k++)
        for (size_t i = 0; i < identity->team_count; i++) {
            if (!str_eq(identity->teams[i], person->teams[k].team_key))
                continue;
            if (!in_list(person->known->team_keys, person->teams[k].team_key))
                return true;
            count++;
            break;
        }
    return count != list_length(person->known->team_keys);
}

static bool differs(const struct directory_sync_person *person)
{
    const struct sync_person_row *known = person->known;
    const struct identity *identity = &person->found->identity;
    struct person_row was = {.login = known->login,
                             .display_name = known->display_name,
                             .email = known->email,
                             .is_staff = known->is_staff};
    struct sign_on_person decided = {0};
    struct person_row now = sign_on_person_row(identity, &decided, &was);

    if (!sign_on_same_person(&now, &was) ||
        (!person->login_unsaid &&
         !str_eq(known->login_key,
                 sign_on_login_key(person->actor->arena, identity->login))))
        return true;
    return identity->is_staff &&
           (identity->roles != roles_from_keys(known->roles) || teams_differ(person));
}

/* ---- it takes effect --------------------------------------------------------------------------- */

struct applying {
    const struct directory_sync_person *person;
    const char *leaves; /**< NULL: stays */
    /* made anew by each run: */
    struct person_row was;
    struct sync_identity_row identity;
    bool login_changed;
    bool person_changed;
    bool staff_changed;
    int64_t sessions;
};

/* Something was written: who and what they are called is theirs, so the trail says only that. */
static struct str changed_fields(struct arena *arena, const struct applying *one)
{
    struct buf text = buf_init(arena, 100);

    buf_put_c(&text, one->login_changed ? "login " : "");
    buf_put_c(&text, one->person_changed ? "person " : "");
    buf_put_c(&text, one->staff_changed ? "roles-teams " : "");
    return str_trim(buf_str(&text));
}

/* The teams of the source that Kontor has. */
static struct str team_text(struct arena *arena,
                            const struct directory_sync_person *person)
{
    const struct identity *identity = &person->found->identity;
    struct buf text = buf_init(arena, 8192);

    for (size_t k = 0; k < person->team_count; k++)
        for (size_t i = 0; i < identity->team_count; i++)
            if (str_eq(identity->teams[i], person->teams[k].team_key)) {
                buf_format(&text, "%s%.*s", buf_str(&text).len > 0 ? "," : "",
                           STR_ARG(identity->teams[i]));
                break;
            }
    return buf_str(&text);
}

static struct str role_keys(struct arena *arena, unsigned roles)
{
    struct buf text = buf_init(arena, 1024);

    for (int role = ROLE_NONE + 1; role < ROLE_COUNT; role++) {
        if (!(roles >> role & 1u))
            continue;
        if (buf_str(&text).len > 0)
            buf_put_char(&text, ',');
        buf_put_c(&text, role_key((enum role)role));
    }
    return buf_str(&text);
}

static enum err write_audit(struct applying *one, const char *action, const char *reason)
{
    const struct directory_sync_person *person = one->person;
    const struct actor *actor = person->actor;
    json_t *detail = json_new_object(actor->arena);
    struct audit_row row = {.at = actor->now,
                            .program = actor->program,
                            .trace_id = actor->trace_id,
                            .action = action,
                            .person_id = one->was.id,
                            .company_id = one->was.company_id,
                            .object = STR("")};

    if (reason)
        json_set_str(detail, "reason", str_from(reason));
    json_set_int(detail, "sessions", one->sessions);
    if (!one->leaves)
        json_set_str(detail, "changed", changed_fields(actor->arena, one));
    if (one->staff_changed) {
        unsigned roles = one->leaves ? 0 : person->found->identity.roles;

        json_set_str(detail, "roles_before",
                     role_keys(actor->arena, roles_from_keys(one->was.roles)));
        json_set_str(detail, "roles", role_keys(actor->arena, roles));
        json_set_str(detail, "teams_before",
                     one->was.team_keys.ptr ? one->was.team_keys : STR(""));
        json_set_str(detail, "teams",
                     one->leaves ? STR("") : team_text(actor->arena, person));
    }
    row.detail = json_write(actor->arena, detail);
    return audit_insert(actor->db, &row);
}

static enum err leave(struct applying *one, struct db *db, struct arena *arena)
{
    static const struct identity NOTHING = {0};
    const struct directory_sync_person *person = one->person;
    enum err err = sync_sessions_end(db, person->known->identity_id, false,
                                     person->actor->now, &one->sessions);

    /* Who came by another identity since has the roles which that one says. */
    if (err == OK && one->identity.is_newest)
        err = sign_on_write_staff(db, arena, &NOTHING, &one->was, &one->staff_changed);
    if (err == OK && (one->sessions > 0 || one->staff_changed))
        err = write_audit(one, "directory.left", one->leaves);
    return err;
}

static enum err write_login(struct applying *one, struct db *db, struct arena *arena)
{
    const struct directory_sync_person *person = one->person;
    struct str login_key = sign_on_login_key(arena, person->found->identity.login);
    enum err err = OK;

    if (person->login_unsaid || str_eq(login_key, one->identity.login_key))
        return OK;
    one->login_changed = true;
    if (login_key.ptr)
        err = sync_login_free(db, person->issuer, login_key, person->known->identity_id);
    if (err == OK)
        err = sync_login_take(db, person->known->identity_id, login_key);
    /* Somebody signed on with that login just now. */
    if (err == ERR_CONFLICT)
        tx_request_restart(db);
    return err;
}

/* A right that needs a second factor is no right of a session without one. */
static enum err write_staff(struct applying *one, struct db *db, struct arena *arena)
{
    const struct directory_sync_person *person = one->person;
    const struct identity *identity = &person->found->identity;
    enum err err =
        sign_on_write_staff(db, arena, identity, &one->was, &one->staff_changed);

    if (err == OK && one->staff_changed)
        err = sync_sessions_renew(db, one->was.id);
    if (err == OK && one->staff_changed &&
        identity->roles & person->sync->second_factor_roles)
        err = sync_sessions_end(db, person->known->identity_id, true, person->actor->now,
                                &one->sessions);
    return err;
}

static enum err follow(struct applying *one, struct db *db, struct arena *arena)
{
    const struct identity *identity = &one->person->found->identity;
    struct sign_on_person decided = {.company_id = one->was.company_id};
    struct person_row row = sign_on_person_row(identity, &decided, &one->was);
    enum err err = write_login(one, db, arena);

    if (err == OK && one->identity.is_newest && !sign_on_same_person(&row, &one->was)) {
        one->person_changed = true;
        err = person_update(db, &row);
    }
    if (err == OK && one->identity.is_newest && identity->is_staff)
        err = write_staff(one, db, arena);
    if (err == OK && changed_fields(arena, one).len > 0)
        err = write_audit(one, "directory.changed",
                          one->sessions > 0 ? "second-factor" : NULL);
    return err;
}

static enum err apply_tx(struct db *db, struct arena *arena, void *context)
{
    struct applying *one = context;
    const struct sync_person_row *known = one->person->known;
    enum err err;

    one->login_changed = one->person_changed = one->staff_changed = false;
    one->sessions = 0;
    err = person_lock(db, arena, known->person_id, &one->was);
    if (err == OK)
        err = sync_identity(db, arena, known->identity_id, &one->identity);
    if (err == ERR_NOT_FOUND)
        return OK;
    if (err != OK)
        return err;
    /* Signed on since the directory was asked: that knows better, and the next round will see. */
    if (one->identity.last_sign_on_at >= one->person->asked_at)
        return OK;
    return one->leaves ? leave(one, db, arena) : follow(one, db, arena);
}

enum err directory_sync_apply(const struct directory_sync_person *asked,
                              struct directory_sync_counts *counts)
{
    const struct actor *actor = asked->actor;
    struct directory_person found = *asked->found;
    struct directory_sync_person person = *asked;
    struct applying one = {.person = &person};
    enum err err;

    if (found.state == DIRECTORY_UNKNOWN) {
        counts->unclear++;
        return OK;
    }
    /* A sign-on has what was typed where the entry does not say. */
    person.login_unsaid = found.identity.login.len == 0;
    if (person.login_unsaid)
        found.identity.login = asked->known->login;
    if (found.identity.display_name.len == 0)
        found.identity.display_name = asked->known->display_name;
    person.found = &found;
    one.leaves = reason_to_leave(person.known, &found);
    if (!one.leaves && !differs(&person))
        return OK;
    err = tx_run(actor->db, actor->arena, TX_READ_WRITE, apply_tx, &one);
    if (err != OK)
        return err;
    counts->changed += !one.leaves && changed_fields(actor->arena, &one).len > 0;
    counts->ended += one.sessions > 0;
    counts->sessions += one.sessions;
    if (one.sessions > 0)
        log_event(LOG_LEVEL_INFO, "directory_left", "person %lld: %s, %lld sessions",
                  (long long)person.known->person_id,
                  one.leaves ? one.leaves : "second-factor", (long long)one.sessions);
    return OK;
}
