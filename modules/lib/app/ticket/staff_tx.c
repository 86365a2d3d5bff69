#include "app/ticket/staff_tx.h"

#include "base/log.h"

#include <string.h>

static struct staff_tx empty(struct db *db, struct arena *arena,
                             const struct actor *actor, const struct staff_env *env)
{
    return (struct staff_tx){
        .actor = actor,
        .env = env,
        .db = db,
        .arena = arena,
        .history = VEC_INIT(arena, struct history_row),
        .mails = VEC_INIT(arena, struct outbox_row),
        .jobs = VEC_INIT(arena, struct job_row),
    };
}

enum err staff_tx_begin_released(struct staff_tx *tx, struct db *db, struct arena *arena,
                                 const struct actor *actor, const struct staff_env *env,
                                 int64_t request_id, struct instance_lock *instance_out)
{
    struct request_released released;
    *tx = empty(db, arena, actor, env);
    enum err err = request_lock_released(db, arena, request_id, &released);
    if (err != OK)
        return err;
    tx->request = released.request;
    tx->open_items = tx->request.open_items;
    *instance_out = released.instance;
    return definitions_get(env->definitions, db, tx->request.definition_id,
                           &tx->definition);
}

enum err staff_tx_begin(struct staff_tx *tx, struct db *db, struct arena *arena,
                        const struct actor *actor, const struct staff_env *env,
                        struct str reference, int64_t request_id)
{
    *tx = empty(db, arena, actor, env);
    enum err err = request_id == 0
                       ? request_lock_by_reference(db, arena, reference, &tx->request)
                       : request_lock_by_id(db, arena, request_id, &tx->request);
    if (err != OK)
        return err;
    tx->open_items = tx->request.open_items;
    return definitions_get(env->definitions, db, tx->request.definition_id,
                           &tx->definition);
}

void staff_tx_history(struct staff_tx *tx, struct history_of of, const char *field,
                      struct str old_value, struct str new_value)
{
    *VEC_PUSH(&tx->history, struct history_row) = (struct history_row){
        .request_id = tx->request.id,
        .object = of.object,
        .object_id = of.object_id,
        .version = of.version,
        .field = field,
        .old_value = old_value,
        .new_value = new_value,
        .person_id = tx->actor->principal->person_id,
        .changed_at = tx->actor->now,
    };
}

enum err staff_tx_request(struct staff_tx *tx, struct request_change *change)
{
    struct request_lock *request = &tx->request;
    change->id = request->id;
    change->changed_at = tx->actor->now;
    enum err err = request_change_apply(tx->db, change);
    if (err != OK)
        return err;
    request->version++;
    if (!str_eq(change->state, request->state))
        staff_tx_history(tx, HISTORY_OF("request", request->id, request->version),
                         "state", request->state, change->state);
    if (change->intake_due_at != request->intake_due_at)
        staff_tx_history(tx, HISTORY_OF("request", request->id, request->version),
                         "intake_due_at",
                         instant_format_iso(tx->arena, request->intake_due_at),
                         instant_format_iso(tx->arena, change->intake_due_at));
    if (!str_is_empty(change->decline_reason))
        staff_tx_history(tx, HISTORY_OF("request", request->id, request->version),
                         "decline_reason", STR_NONE, change->decline_reason);
    request->state = change->state;
    request->intake_due_at = change->intake_due_at;
    return OK;
}

enum err staff_tx_status(struct staff_tx *tx, struct str phase,
                         struct str department_keys, struct str contact_team,
                         int64_t open_items)
{
    struct request_lock *request = &tx->request;
    bool new_phase = !str_eq(phase, request->phase);
    bool new_departments = !str_eq(department_keys, request->department_keys);
    struct customer_status_row row = {
        .request_id = request->id,
        .company_id = request->company_id,
        .phase = phase,
        .steps = tx->steps,
        .department_keys = department_keys,
        .contact_team =
            str_is_empty(contact_team) ? tx->definition->intake_team : contact_team,
        .since_at = new_phase || new_departments ? tx->actor->now : request->since_at,
        .open_items = open_items,
    };
    enum err err = customer_status_put(tx->db, &row);
    if (err != OK)
        return err;
    if (new_phase)
        staff_tx_history(tx, HISTORY_OF("request", request->id, request->version),
                         "phase", request->phase, phase);
    if (new_departments)
        staff_tx_history(tx, HISTORY_OF("request", request->id, request->version),
                         "departments", request->department_keys, department_keys);
    if (open_items != request->open_items)
        staff_tx_history(tx, HISTORY_OF("request", request->id, request->version),
                         "open_items",
                         str_format(tx->arena, "%lld", (long long)request->open_items),
                         str_format(tx->arena, "%lld", (long long)open_items));
    request->phase = phase;
    request->department_keys = department_keys;
    request->since_at = row.since_at;
    request->open_items = open_items;
    return OK;
}

/* ---- mails ---- */

json_t *staff_tx_payload(struct staff_tx *tx)
{
    json_t *payload = json_new_object(tx->arena);
    json_set_str(payload, "reference", tx->request.reference);
    json_set_int(payload, "definition_id", tx->request.definition_id);
    json_set_str(payload, "company", tx->request.company_name);
    json_set_str(payload, "url_path",
                 str_format(tx->arena, "/requests/%.*s", STR_ARG(tx->request.reference)));
    return payload;
}

struct reader {
    struct str email; /* empty: nobody to write to */
    struct str language;
};

static void mail_push(struct staff_tx *tx, const char *template_name, struct str key,
                      struct reader reader, const json_t *payload)
{
    if (str_is_empty(reader.email))
        return;
    *VEC_PUSH(&tx->mails, struct outbox_row) = (struct outbox_row){
        .unique_key = str_format(tx->arena, "%.*s:%.*s", STR_ARG(tx->request.reference),
                                 STR_ARG(key)),
        .template_name = template_name,
        .recipient = reader.email,
        .language = reader.language,
        .payload = json_write(tx->arena, payload),
        .request_id = tx->request.id,
        .created_at = tx->actor->now,
    };
}

/* Who submitted may have left the company since, or see no board matters any more: mails say what pages say. */
static bool submitter_reads(const struct request_lock *request)
{
    struct str rest = request->submitter_roles;
    struct str key;
    right_set rights = 0;

    while (str_next(&rest, ',', &key))
        rights |= rights_of_role(role_from_key(key));
    return rights_include(rights, RIGHT_REQUEST_READ) &&
           (!request->board || rights_include(rights, RIGHT_BOARD_READ));
}

void staff_tx_mail_customer(struct staff_tx *tx, const char *template_name,
                            struct str key, const json_t *payload)
{
    struct reader reader = {tx->request.submitter_email, tx->request.submitter_language};
    if (!submitter_reads(&tx->request))
        return;
    if (str_is_empty(reader.language))
        reader.language = tx->env->site_language;
    mail_push(tx, template_name, key, reader, payload);
}

enum err staff_tx_mail_team(struct staff_tx *tx, const char *template_name,
                            struct str key, struct str team_key, const json_t *payload)
{
    struct team_name team;
    enum err err = definitions_team(tx->env->definitions, tx->db, team_key, &team);
    if (err != OK)
        return err;
    mail_push(tx, template_name, key, (struct reader){team.email, tx->env->site_language},
              payload);
    return OK;
}

/* ---- end ---- */

enum err staff_tx_end(struct staff_tx *tx, const char *action, struct str object)
{
    enum err err = history_insert(tx->db, tx->history.items, tx->history.count);
    if (err != OK)
        return err;
    err = outbox_insert(tx->db, tx->mails.items, tx->mails.count);
    if (err != OK)
        return err;
    err = job_insert(tx->db, tx->jobs.items, tx->jobs.count);
    if (err != OK)
        return err;
    struct audit_row event = {
        .at = tx->actor->now,
        .program = tx->actor->program,
        .trace_id = tx->actor->trace_id,
        .action = action,
        .person_id = tx->actor->principal->person_id,
        .company_id = tx->request.company_id,
        .request_id = tx->request.id,
        .object = object,
    };
    return audit_insert(tx->db, &event);
}

enum err staff_tx_verdict(struct db *db, enum err err, enum staff_verdict *out)
{
    if (err == ERR_LIMITED) {
        log_event(LOG_LEVEL_ERROR, "step_without_end", "%s", err_text());
        *out = VERDICT_ENDLESS;
        err_clear();
        return OK;
    }
    if (err != ERR_CONFLICT)
        return err;
    const char *key = db_last_key(db);
    if (strcmp(key, "ck_decision_four_eyes") == 0)
        *out = VERDICT_FOUR_EYES;
    else if (strcmp(key, "ck_decision_second_person") == 0)
        *out = VERDICT_SECOND_PERSON;
    else if (strcmp(key, "uq_message_form") == 0 ||
             strcmp(key, "uq_internal_note_form") == 0 ||
             strcmp(key, "uq_decision_document") == 0 ||
             strcmp(key, "uq_decision_sub_ticket") == 0 ||
             strcmp(key, "uq_ticket_request") == 0)
        *out = VERDICT_REPEATED;
    else
        return err;
    err_clear();
    return OK;
}

const char *staff_verdict_msgid(enum staff_verdict verdict)
{
    switch (verdict) {
    case VERDICT_DONE:
        return N_("Your change has been saved.");
    case VERDICT_REPEATED:
        return N_("This was already done; nothing was changed again.");
    case VERDICT_CHANGED:
        return N_("Somebody changed this in the meantime. Please check and try again.");
    case VERDICT_TAKEN:
        return N_("Somebody else has taken this sub-ticket in the meantime.");
    case VERDICT_CLOSED:
        return N_("This is no longer possible in its present state.");
    case VERDICT_INCOMPLETE:
        return N_("The request is not complete yet.");
    case VERDICT_FOUR_EYES:
        return N_("The person who made a request must not decide about it.");
    case VERDICT_SECOND_PERSON:
        return N_("This step needs a second person. You have decided an earlier step of "
                  "this request that somebody else has to confirm, so you cannot do this "
                  "one yourself.");
    case VERDICT_PHASE:
        return N_("The phases of this sub-ticket come one after another, and none can be "
                  "left out.");
    case VERDICT_ORIGINAL:
        return N_("The paper original has not arrived yet. The check begins when it is "
                  "here.");
    case VERDICT_EXAMINE:
        return N_("Documents that your team has to examine are still open.");
    case VERDICT_PAST:
        return N_("Choose a day that has not passed yet.");
    case VERDICT_FORM:
        return N_("Please check what you have entered.");
    case VERDICT_STUCK:
        return N_("It was tried again, and the process can still not go on.");
    case VERDICT_ENDLESS:
        return N_("The process would go round without an end from here. Nothing was "
                  "changed. Please tell those who look after this kind of request.");
    case VERDICT_NOT_OWNER:
        return N_(
            "Only the person who has taken the sub-ticket, or the lead, may do this.");
    }
    bug("verdict %d", (int)verdict);
}
