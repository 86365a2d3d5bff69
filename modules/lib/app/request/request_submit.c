/* request_submit.c: a draft becomes a request that staff see. */
#include "app/request/request_submit.h"

#include "store/customer_status.h"
#include "store/trail.h"
#include "app/request/request_world.h"
#include "app/request/request_slots.h"

struct submit_context {
    const struct actor *actor;
    const struct customer_env *env;
    struct str reference;
    struct str seen;
    struct submit_result *result;
    struct settled_answer *settled;
    size_t settled_count;
};

static struct history_row history_of(const struct submit_context *c, const char *field,
                                     struct str old_value, struct str new_value)
{
    const struct request_row *row = &c->result->full.row;
    return (struct history_row){.request_id = row->id,
                                .object = "request",
                                .object_id = row->id,
                                .version = row->version + 1,
                                .field = field,
                                .old_value = old_value,
                                .new_value = new_value,
                                .person_id = c->actor->principal->person_id,
                                .changed_at = c->actor->now};
}

static enum err write_trail(struct db *db, struct arena *arena,
                            const struct submit_context *c)
{
    const struct request_full *full = &c->result->full;
    struct history_row *history =
        ARENA_ARRAY(arena, struct history_row, c->settled_count + 2);
    size_t count = 0;
    history[count++] = history_of(c, "state", STR("draft"), STR("submitted"));
    history[count++] = history_of(c, "phase", STR_NONE, full->definition->intake_phase);
    for (size_t i = 0; i < c->settled_count; i++)
        history[count++] = history_of(c, answer_history_field(arena, c->settled[i].key),
                                      c->settled[i].old_value, c->settled[i].new_value);
    json_t *detail = json_new_object(arena);
    json_set_str(detail, "request_type", full->row.request_type);
    json_set_int(detail, "definition_id", full->row.definition_id);
    const struct audit_row audit = {.at = c->actor->now,
                                    .program = c->actor->program,
                                    .trace_id = c->actor->trace_id,
                                    .action = "request.submitted",
                                    .person_id = c->actor->principal->person_id,
                                    .company_id = full->row.company_id,
                                    .request_id = full->row.id,
                                    .object = full->row.reference,
                                    .detail = json_write(arena, detail)};
    enum err err = history_insert(db, history, count);
    return err == OK ? audit_insert(db, &audit) : err;
}

static struct outbox_row mail(struct arena *arena, const struct submit_context *c,
                              const char *template_name, const char *url_path_pattern,
                              struct str recipient, struct str language)
{
    const struct request_full *full = &c->result->full;
    json_t *payload = json_new_object(arena);
    json_set_str(payload, "reference", full->row.reference);
    json_set_int(payload, "definition_id", full->row.definition_id);
    json_set_str(payload, "request_type_msgid", full->definition->title);
    json_set_str(payload, "company", full->row.company_name);
    json_set_str(payload, "team", full->definition->intake_team);
    json_set_str(payload, "url_path",
                 str_concat(arena, str_from(url_path_pattern), full->row.reference));
    return (struct outbox_row){
        .unique_key =
            str_format(arena, "%.*s:%s", STR_ARG(full->row.reference), template_name),
        .template_name = template_name,
        .recipient = recipient,
        .language = language,
        .payload = json_write(arena, payload),
        .request_id = full->row.id,
        .created_at = c->actor->now};
}

/* One mail to the intake team, one receipt to the person. Without an address there is no
 * mail. */
static enum err queue_mails(struct db *db, struct arena *arena,
                            const struct submit_context *c)
{
    const struct principal *who = c->actor->principal;
    struct outbox_row rows[2];
    size_t count = 0;
    struct team_name team;
    enum err err = definitions_team(c->env->definitions, db,
                                    c->result->full.definition->intake_team, &team);
    if (err != OK)
        return err;
    if (!str_is_empty(team.email))
        rows[count++] = mail(arena, c, "intake-new", "/staff/intake/", team.email,
                             c->env->site_language);
    if (!str_is_empty(who->email))
        rows[count++] =
            mail(arena, c, "request-received", "/requests/", who->email,
                 str_is_empty(who->language) ? c->env->site_language : who->language);
    return outbox_insert(db, rows, count);
}

static enum err write_submission(struct db *db, struct arena *arena,
                                 const struct submit_context *c)
{
    const struct request_full *full = &c->result->full;
    instant_us now = c->actor->now;
    const struct request_submission submission = {
        .id = full->row.id,
        .version = full->row.version,
        .person_id = c->actor->principal->person_id,
        .now = now,
        .intake_due_at = now + c->env->intake_due_us,
        .facts = full->facts == NULL ? STR_NONE : json_write(arena, full->facts),
        .answers = json_write(arena, full->answers),
        .effective_date = full->row.effective_date};
    const struct customer_status_row status = {
        .request_id = full->row.id,
        .company_id = full->row.company_id,
        .phase = full->definition->intake_phase,
        .department_keys = full->definition->intake_team,
        .contact_team = full->definition->intake_team,
        .since_at = now};
    enum err err = request_update_submitted(db, full->row.company_id, &submission);
    const struct request_slots_stored slots = request_slots_to_store(full, arena);
    if (err == OK && slots.changed)
        err = request_slot_decide(db, full->row.company_id, full->row.id, slots.applies,
                                  slots.required);
    if (err == OK)
        err = customer_status_put(db, &status);
    if (err == OK)
        err = write_trail(db, arena, c);
    if (err == OK)
        err = queue_mails(db, arena, c);
    return err;
}

static enum err submit_tx(struct db *db, struct arena *arena, void *context)
{
    struct submit_context *c = context;
    struct submit_result *result = c->result;
    int64_t company_id = c->actor->principal->company_id;
    int64_t id;
    enum err err =
        request_lock(db, arena, company_id, principal_sees_board(c->actor->principal),
                     c->reference, &id);
    if (err != OK)
        return err;
    err = request_full_load(db, arena, c->env, c->actor->principal, c->reference,
                            c->actor->now, &result->full);
    if (err != OK)
        return err;
    if (result->full.row.submitted_at != INSTANT_NONE) {
        result->outcome = SUBMIT_REPEATED;
        return OK;
    }
    if (result->full.state != REQUEST_DRAFT)
        return err_note(ERR_CONFLICT, "not a draft any more");
    result->problem_count = request_problems(&result->full, arena, &result->problems);
    if (result->problem_count > 0) {
        result->outcome = SUBMIT_INCOMPLETE;
        return OK;
    }
    if (!str_eq(c->seen, request_fingerprint(&result->full, arena))) {
        result->outcome = SUBMIT_CHANGED;
        return OK;
    }
    result->outcome = SUBMIT_DONE;
    c->settled_count = request_settle(&result->full, arena, &c->settled);
    result->full.row.effective_date = request_effective_date(&result->full, arena);
    return write_submission(db, arena, c);
}

enum err request_submit(const struct actor *actor, const struct customer_env *env,
                        struct str reference, struct str seen, struct submit_result *out)
{
    struct submit_result result = {0};
    struct submit_context context = {actor, env, reference, seen, &result, NULL, 0};
    enum err err = tx_run(actor->db, actor->arena, TX_READ_WRITE, submit_tx, &context);
    if (err == OK)
        *out = result;
    return err;
}
