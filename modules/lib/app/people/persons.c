#include "app/people/persons.h"

#include "store/access_log.h"
#include "store/pending_sign_on.h"
#include "store/session.h"
#include "store/trail.h"

enum err companies_find(const struct actor *actor, const struct companies_query *query,
                        struct companies_page *out)
{
    struct companies_query further = *query;
    struct db_rows rows = {0};
    enum err err;

    further.limit++;
    err = companies_list(actor->db, actor->arena, &further, &rows);
    if (err != OK)
        return err;
    *out = (struct companies_page){.rows = rows.items,
                                   .count = rows.count,
                                   .more = rows.count > (size_t)query->limit};
    if (out->more)
        out->count = (size_t)query->limit;
    return OK;
}

static enum err log_look(const struct actor *actor, int64_t company_id, struct str object)
{
    return access_log_insert(actor->db, &(struct access_log_row){
                                            .at = actor->now,
                                            .person_id = actor->principal->person_id,
                                            .company_id = company_id,
                                            .kind = "people",
                                            .object = object,
                                            .trace_id = actor->trace_id,
                                        });
}

enum err persons_find(const struct actor *actor, const struct persons_query *query,
                      struct persons_page *out)
{
    struct persons_query further = *query;
    struct db_rows rows = {0};
    enum err err;

    further.limit++;
    err = persons_list(actor->db, actor->arena, &further, &rows);
    if (err == OK)
        err = log_look(actor, 0, STR("persons"));
    if (err != OK)
        return err;
    *out = (struct persons_page){.rows = rows.items,
                                 .count = rows.count,
                                 .more = rows.count > (size_t)query->limit};
    if (out->more)
        out->count = (size_t)query->limit;
    return OK;
}

struct looking {
    const struct actor *actor;
    int64_t person_id;
    int64_t idle_us;
    struct person_card card;
};

static enum err look(struct db *db, struct arena *arena, void *context)
{
    struct looking *looking = context;
    instant_us now = looking->actor->now;
    struct person_card *card = &looking->card;
    struct db_rows identities = {0};
    struct db_rows sessions = {0};
    enum err err = persons_get(db, arena, looking->person_id, &card->row);

    if (err == OK)
        err = person_identities(db, arena, looking->person_id, &identities);
    if (err == OK)
        err = session_list(db, arena, looking->person_id, now, now - looking->idle_us,
                           &sessions);
    if (err == OK)
        err = market_list(db, arena, &card->markets);
    card->identities = identities.items;
    card->identity_count = identities.count;
    card->sessions = sessions.items;
    card->session_count = sessions.count;
    return err;
}

enum err person_look_up(const struct actor *actor, int64_t person_id, int64_t idle_us,
                        struct person_card *out)
{
    struct looking looking = {.actor = actor, .person_id = person_id, .idle_us = idle_us};
    enum err err = tx_run(actor->db, actor->arena, TX_READ_ONLY, look, &looking);

    if (err == OK)
        err = log_look(actor, looking.card.row.company_id,
                       str_format(actor->arena, "person:%lld", (long long)person_id));
    if (err == OK)
        *out = looking.card;
    return err;
}

struct ending {
    const struct actor *actor;
    int64_t person_id;
};

static enum err end_tx(struct db *db, struct arena *arena, void *context)
{
    const struct ending *ending = context;
    const struct actor *actor = ending->actor;
    struct persons_row row = {0};
    struct audit_row audit = {
        .at = actor->now,
        .program = actor->program,
        .trace_id = actor->trace_id,
        .action = "people.sessions_ended",
        .person_id = actor->principal->person_id,
        .object = str_format(arena, "person:%lld", (long long)ending->person_id),
    };
    enum err err = persons_get(db, arena, ending->person_id, &row);

    if (err == OK)
        err = pending_sign_on_remove_all(db, row.id);
    if (err == OK)
        err = session_end_all(db, row.id, "ended-by-staff", actor->now);
    audit.company_id = row.company_id;
    return err == OK ? audit_insert(db, &audit) : err;
}

enum err person_end_sessions(const struct actor *actor, int64_t person_id)
{
    struct ending ending = {actor, person_id};

    if (!rights_include(actor->principal->rights, RIGHT_PEOPLE_WORK))
        return ERR_DENIED;
    return tx_run(actor->db, actor->arena, TX_READ_WRITE, end_tx, &ending);
}

enum err person_name(const struct actor *actor, int64_t person_id,
                     struct persons_row *out)
{
    return persons_get(actor->db, actor->arena, person_id, out);
}
