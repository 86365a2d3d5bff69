#include "app/upkeep/company_due.h"

#include "formats/locale.h"
#include "store/master_data.h"
#include "store/register.h"
#include "store/trail.h"

struct due_context {
    const struct actor *actor;
    int64_t company_id;
    bool changed;
};

/* The name that holds today, and the next day on which it changes. */
static enum err take_name(struct db *db, struct arena *arena, const struct due_context *c,
                          day_no today, struct register_company *company)
{
    struct db_rows rows;
    enum err err = master_data_list(db, arena, c->company_id, true, today, &rows);

    if (err != OK)
        return err;
    const struct master_data_row *items = rows.items;
    for (size_t i = 0; i < rows.count; i++) {
        if (!str_is(items[i].attribute_key, COMPANY_NAME_ATTRIBUTE))
            continue;
        if (items[i].valid_from <= today)
            company->name = items[i].value;
        else if (company->changes_on == DAY_NONE ||
                 company->changes_on > items[i].valid_from)
            company->changes_on = items[i].valid_from;
    }
    return OK;
}

static enum err write_trail(struct db *db, const struct due_context *c,
                            const char *action)
{
    const struct audit_row event = {.at = c->actor->now,
                                    .program = c->actor->program,
                                    .trace_id = c->actor->trace_id,
                                    .action = action,
                                    .company_id = c->company_id};

    return audit_insert(db, &event);
}

static enum err due_tx(struct db *db, struct arena *arena, void *context)
{
    struct due_context *c = context;
    struct register_company company;
    enum err err = register_company_lock(db, arena, c->company_id, &company);

    if (err != OK)
        return err;
    struct register_company before = company;
    day_no today = locale_day_of(c->actor->now, company.zone);
    company.changes_on = DAY_NONE;
    c->changed = false;
    if (company.ends_on != DAY_NONE && company.ends_on < today)
        company.state = STR("ended");
    else if (company.ends_on != DAY_NONE)
        company.changes_on = company.ends_on + 1;
    err = take_name(db, arena, c, today, &company);
    if (err != OK)
        return err;
    bool ended = !str_eq(before.state, company.state);
    bool renamed = !str_eq(before.name, company.name);
    if (!ended && !renamed && before.changes_on == company.changes_on)
        return OK;
    c->changed = ended || renamed;
    err = register_company_put(db, c->company_id, &company);
    if (err == OK && renamed)
        err = write_trail(db, c, "company.renamed");
    if (err == OK && ended)
        err = write_trail(db, c, "company.ended");
    return err;
}

enum err app_company_due(const struct actor *actor, size_t *changed_out)
{
    struct db_rows rows = {0};
    /* The first to see a new day are 14 hours ahead. */
    day_no day = instant_day_utc(actor->now + INT64_C(14) * 3600 * US_PER_S);
    enum err err = register_companies_due(actor->db, actor->arena, day, &rows);
    size_t changed = 0;

    for (size_t i = 0; i < rows.count && err == OK; i++) {
        struct due_context c = {actor, ((const int64_t *)rows.items)[i], false};
        err = tx_run(actor->db, actor->arena, TX_READ_WRITE, due_tx, &c);
        changed += c.changed;
    }
    if (err == OK)
        *changed_out = changed;
    return err;
}
