#include "app/people/people.h"

#include "store/access_log.h"

#define ASKED_MAX 20

enum err people_scope_own(const struct actor *actor, struct people_scope *out)
{
    const struct principal *who = actor->principal;

    if (who->is_staff || !who->company_id)
        return ERR_DENIED;
    *out = (struct people_scope){.company_id = who->company_id,
                                 .company_name = who->company_name};
    return OK;
}

enum err people_scope_of(const struct actor *actor, struct str company_reference,
                         struct people_scope *out)
{
    struct companies_row row = {0};
    enum err err =
        companies_by_reference(actor->db, actor->arena, company_reference, &row);

    if (err == OK)
        *out = (struct people_scope){.company_id = row.id,
                                     .company_reference = row.reference,
                                     .company_name = row.name,
                                     .by_staff = true};
    return err;
}

/* After the page was read: a statement of its own. */
static enum err log_look(const struct actor *actor, const struct people_scope *scope,
                         int64_t person_id)
{
    struct access_log_row row = {
        .at = actor->now,
        .person_id = actor->principal->person_id,
        .company_id = scope->company_id,
        .kind = "people",
        .object = person_id
                      ? str_format(actor->arena, "person:%lld", (long long)person_id)
                      : scope->company_reference,
        .trace_id = actor->trace_id,
    };

    return scope->by_staff ? access_log_insert(actor->db, &row) : OK;
}

struct list_reading {
    const struct people_scope *scope;
    struct company_people_query query;
    struct people_list *out;
};

static enum err read_list(struct db *db, struct arena *arena, void *context)
{
    struct list_reading *reading = context;
    struct people_list *out = reading->out;
    struct company_people_query asked = {.kind = COMPANY_PEOPLE_ASKED,
                                         .limit = ASKED_MAX};
    int64_t company_id = reading->scope->company_id;
    struct db_rows people = {0};
    struct db_rows waiting = {0};
    struct market_table markets = {0};
    enum err err = company_people_list(db, arena, company_id, &reading->query, &people);

    if (err == OK)
        err = market_list(db, arena, &markets);
    if (err == OK && reading->query.kind == COMPANY_PEOPLE_CURRENT &&
        reading->query.after_id == 0)
        err = company_people_list(db, arena, company_id, &asked, &waiting);
    *out = (struct people_list){
        .people = people.items,
        .count = people.count,
        .asked = waiting.items,
        .asked_count = waiting.count,
        .markets = markets,
    };
    return err;
}

enum err people_list(const struct actor *actor, const struct people_scope *scope,
                     const struct company_people_query *query, struct people_list *out)
{
    struct list_reading reading = {scope, *query, out};
    enum err err;

    reading.query.limit++;
    err = tx_run(actor->db, actor->arena, TX_READ_ONLY, read_list, &reading);
    out->more = err == OK && out->count > (size_t)query->limit;
    if (out->more)
        out->count = (size_t)query->limit;
    return err == OK ? log_look(actor, scope, 0) : err;
}

struct person_reading {
    const struct people_scope *scope;
    int64_t person_id;
    struct people_person *out;
};

static enum err read_person(struct db *db, struct arena *arena, void *context)
{
    struct person_reading *reading = context;
    struct people_person *out = reading->out;
    enum err err = company_person_get(db, arena, reading->scope->company_id,
                                      reading->person_id, &out->row);

    if (err == OK)
        err = market_list(db, arena, &out->markets);
    return err;
}

enum err people_person(const struct actor *actor, const struct people_scope *scope,
                       int64_t person_id, struct people_person *out)
{
    struct people_person person = {0};
    struct person_reading reading = {scope, person_id, &person};
    enum err err = tx_run(actor->db, actor->arena, TX_READ_ONLY, read_person, &reading);

    if (err == OK)
        err = log_look(actor, scope, person_id);
    if (err != OK)
        return err;
    person.is_self = person_id == actor->principal->person_id;
    *out = person;
    return OK;
}

enum err people_markets(const struct actor *actor, struct market_table *out)
{
    return market_list(actor->db, actor->arena, out);
}
