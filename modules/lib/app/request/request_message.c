/* request_message.c: the customer writes to the department that has the request. */
#include "app/request/request_message.h"

#include "store/message.h"
#include "store/trail.h"

struct message_context {
    const struct actor *actor;
    const struct customer_env *env;
    const struct message_input *input;
};

enum { MAX_DEPARTMENTS = 16 };

/* Departments find the ticket by the request's reference: the customers' side does not know it. */
static struct str staff_url(struct arena *arena, const struct request_full *full)
{
    bool has_ticket = full->state == REQUEST_RELEASED || full->state == REQUEST_COMPLETED;
    return str_concat(arena,
                      has_ticket ? STR("/staff/tickets?q=") : STR("/staff/intake/"),
                      full->row.reference);
}

static enum err queue_mails(struct db *db, struct arena *arena,
                            const struct message_context *c,
                            const struct request_full *full, int64_t message_id)
{
    struct outbox_row rows[MAX_DEPARTMENTS];
    size_t count = 0;
    struct str keys = str_is_empty(full->row.department_keys) ? full->row.contact_team
                                                              : full->row.department_keys;
    struct str key;
    while (count < MAX_DEPARTMENTS && str_next(&keys, ',', &key)) {
        struct team_name team;
        enum err err = definitions_team(c->env->definitions, db, key, &team);
        if (err != OK)
            return err;
        if (str_is_empty(team.email))
            continue;
        json_t *payload = json_new_object(arena);
        json_set_str(payload, "reference", full->row.reference);
        json_set_int(payload, "definition_id", full->row.definition_id);
        json_set_str(payload, "request_type_msgid", full->definition->title);
        json_set_str(payload, "company", full->row.company_name);
        json_set_str(payload, "team", key);
        json_set_str(payload, "url_path", staff_url(arena, full));
        rows[count++] = (struct outbox_row){
            .unique_key =
                str_format(arena, "%.*s:message:%lld:%.*s", STR_ARG(full->row.reference),
                           (long long)message_id, STR_ARG(key)),
            .template_name = "message-from-customer",
            .recipient = team.email,
            .language = c->env->site_language,
            .payload = json_write(arena, payload),
            .request_id = full->row.id,
            .created_at = c->actor->now};
    }
    return outbox_insert(db, rows, count);
}

static enum err write_trail(struct db *db, const struct message_context *c,
                            const struct request_full *full, int64_t message_id)
{
    const struct history_row history = {.request_id = full->row.id,
                                        .object = "message",
                                        .object_id = message_id,
                                        .version = 1,
                                        .field = "body",
                                        .new_value = c->input->body,
                                        .person_id = c->actor->principal->person_id,
                                        .changed_at = c->actor->now};
    const struct audit_row audit = {.at = c->actor->now,
                                    .program = c->actor->program,
                                    .trace_id = c->actor->trace_id,
                                    .action = "message.written",
                                    .person_id = c->actor->principal->person_id,
                                    .company_id = full->row.company_id,
                                    .request_id = full->row.id,
                                    .object = full->row.reference};
    enum err err = history_insert(db, &history, 1);
    return err == OK ? audit_insert(db, &audit) : err;
}

/* A department may have stopped its clock to ask: it goes on with the answer. */
static enum err tell_worker(struct db *db, struct arena *arena,
                            const struct message_context *c,
                            const struct request_full *full, int64_t message_id)
{
    if (full->state != REQUEST_RELEASED || full->row.open_items == 0)
        return OK;
    json_t *payload = json_new_object(arena);
    json_set_int(payload, "written_us", c->actor->now);
    const struct message_event event = {
        .unique_key = str_format(arena, "message:%lld", (long long)message_id),
        .request_id = full->row.id,
        .payload = json_write(arena, payload),
        .created_at = c->actor->now};
    return message_event_insert(db, &event);
}

static enum err message_tx(struct db *db, struct arena *arena, void *context)
{
    const struct message_context *c = context;
    const struct principal *who = c->actor->principal;
    struct request_full full;
    int64_t id;
    bool taken;
    enum err err = request_lock(db, arena, who->company_id, principal_sees_board(who),
                                c->input->reference, &id);
    if (err == OK)
        err = request_full_load(db, arena, c->env, who, c->input->reference,
                                c->actor->now, &full);
    if (err != OK)
        return err;
    if (full.row.submitted_at == INSTANT_NONE)
        return err_note(ERR_CONFLICT, "nobody works on a draft");
    err = message_form_taken(db, arena, who->company_id, id, c->input->form_key, &taken);
    if (err != OK || taken)
        return err;
    struct message_new row = {.request_id = id,
                              .company_id = who->company_id,
                              .author_id = who->person_id,
                              .author_name = who->display_name,
                              .body = c->input->body,
                              .written_at = c->actor->now};
    memcpy(row.form_key, c->input->form_key, sizeof row.form_key);
    int64_t message_id;
    err = message_insert(db, &row, &message_id);
    if (err == OK)
        err = request_touch(db, who->company_id, id, c->actor->now);
    if (err == OK)
        err = write_trail(db, c, &full, message_id);
    if (err == OK)
        err = queue_mails(db, arena, c, &full, message_id);
    if (err == OK)
        err = tell_worker(db, arena, c, &full, message_id);
    return err;
}

enum err request_message(const struct actor *actor, const struct customer_env *env,
                         const struct message_input *input)
{
    struct message_context context = {actor, env, input};
    return tx_run(actor->db, actor->arena, TX_READ_WRITE, message_tx, &context);
}
