#include "app/sign_on/support_view.h"

#include "formats/json.h"
#include "store/access_log.h"
#include "store/trail.h"

enum err support_view_company(const struct actor *actor, struct str reference,
                              struct companies_row *out)
{
    return companies_by_reference(actor->db, actor->arena, reference, out);
}

bool support_view_possible(const struct companies_row *company)
{
    return str_is(company->state, "active");
}

static struct audit_row audit_of(const struct actor *actor, const char *action,
                                 int64_t company_id, struct str company_reference)
{
    return (struct audit_row){
        .at = actor->now,
        .program = actor->program,
        .trace_id = actor->trace_id,
        .action = action,
        .person_id = actor->principal->person_id,
        .company_id = company_id,
        .object = company_reference,
    };
}

/* ---- begin ------------------------------------------------------------------------------------- */

struct starting {
    const struct actor *actor;
    const struct support_view_start *start;
};

static enum err write_trail(struct db *db, struct arena *arena,
                            const struct starting *starting,
                            const struct companies_row *company)
{
    const struct actor *actor = starting->actor;
    struct audit_row audit =
        audit_of(actor, "support.started", company->id, company->reference);
    struct access_log_row look = {
        .at = actor->now,
        .person_id = actor->principal->person_id,
        .company_id = company->id,
        .kind = "support",
        .object = company->reference,
        .trace_id = actor->trace_id,
    };
    struct buf detail = buf_init(arena, 8192);
    enum err err;

    buf_put_c(&detail, "{\"reason\":");
    json_put_str(&detail, starting->start->reason);
    buf_format(&detail, ",\"minutes\":%lld}",
               (long long)(starting->start->duration_us / (60 * US_PER_S)));
    audit.detail = buf_str(&detail);
    err = audit_insert(db, &audit);
    return err == OK ? access_log_insert(db, &look) : err;
}

static enum err write_start(struct db *db, struct arena *arena, void *context)
{
    const struct starting *starting = context;
    const struct actor *actor = starting->actor;
    int64_t person_id = actor->principal->person_id;
    instant_us until = actor->now + starting->start->duration_us;
    struct companies_row company = {0};
    struct support_session_row session = {.session_id = actor->principal->session_id,
                                          .until = until};
    /* First the lock: of two beginnings at once the second ends the first. */
    enum err err = support_session_clear(db, person_id);

    if (err == OK)
        err = companies_by_reference(db, arena, starting->start->company_reference,
                                     &company);
    if (err == OK && !support_view_possible(&company))
        err = err_note(ERR_CONFLICT, "the company is not active");
    if (err == OK)
        err = support_visit_end(db, person_id, actor->now);
    if (err == OK) {
        struct support_visit_insert_row visit = {
            .company_id = company.id,
            .person_id = person_id,
            .reason = starting->start->reason,
            .started_at = actor->now,
            .until_at = until,
        };

        session.company_id = company.id;
        err = support_visit_insert(db, &visit, &session.visit_id);
    }
    if (err == OK)
        err = support_session_set(db, &session);
    return err == OK ? write_trail(db, arena, starting, &company) : err;
}

enum err support_view_start(const struct actor *actor,
                            const struct support_view_start *start)
{
    const struct principal *who = actor->principal;
    struct starting starting = {.actor = actor, .start = start};

    if (!who->is_staff || !rights_include(who->rights, RIGHT_SUPPORT_VIEW))
        return err_note(ERR_DENIED, "no right to the support view");
    if (start->reason.len == 0)
        return err_note(ERR_INPUT, "a support view without a reason");
    return tx_run(actor->db, actor->arena, TX_READ_WRITE, write_start, &starting);
}

/* ---- end --------------------------------------------------------------------------------------- */

struct ending {
    const struct actor *actor;
};

static enum err write_end(struct db *db, struct arena *arena, void *context)
{
    const struct ending *ending = context;
    const struct actor *actor = ending->actor;
    const struct principal *who = actor->principal;
    struct audit_row audit = audit_of(
        actor, "support.ended", who->support_company_id,
        who->support_company_reference.ptr ? who->support_company_reference : STR(""));
    enum err err = support_session_clear(db, who->person_id);

    (void)arena;
    if (err == OK)
        err = support_visit_end(db, who->person_id, actor->now);
    return err == OK ? audit_insert(db, &audit) : err;
}

enum err support_view_end(const struct actor *actor)
{
    struct ending ending = {.actor = actor};

    if (!actor->principal->support_company_id ||
        actor->principal->support_until <= actor->now)
        return OK;
    return tx_run(actor->db, actor->arena, TX_READ_WRITE, write_end, &ending);
}

enum err support_view_visits(const struct actor *actor, int64_t company_id,
                             const struct support_visit_query *query, struct db_rows *out)
{
    return support_visit_list(actor->db, actor->arena, company_id, query, out);
}
