#include "app/instance/service_task.h"

#include "formats/locale.h"
#include "process/definition/service_types.h"
#include "store/incident.h"
#include "store/job.h"
#include "app/instance/process_apply.h"
#include "app/services/service.h"

struct service_context {
    const struct actor *actor;
    const struct staff_env *env;
    const struct app_job *job;
    enum service_verdict verdict;
};

/* ---- one job ---- */

static const struct service_handler *handler_of(struct str type)
{
    for (const struct service_handler *handler = SERVICE_HANDLERS; handler->type;
         handler++)
        if (str_is(type, handler->type))
            return handler;
    return NULL;
}

/* An expression that comes to null, where the service has to know: doing nothing would look like success. */
static enum err check_inputs(struct str name, const json_t *inputs)
{
    const struct service_type *type = service_type_find(name);

    for (size_t i = 0; type != NULL && i < type->input_count; i++) {
        const struct service_input *input = &type->inputs[i];
        const json_t *value = json_object_get(inputs, input->name);

        if (input->required && (value == NULL || json_is_null(value)))
            return err_note(ERR_INPUT, "%s: the input %s is null", type->name,
                            input->name);
    }
    return OK;
}

static enum err carry_out(struct staff_tx *tx, const struct process_hand *hand,
                          const struct job_lock *job, struct service_call *call,
                          enum service_answer *answer)
{
    json_t *payload;
    enum err err = json_parse(tx->arena, job->payload, &payload);
    if (err != OK)
        return err;
    struct str type = json_get_str(payload, "type");
    const struct service_handler *handler = handler_of(type);
    const json_t *inputs = json_object_get(payload, "inputs");
    if (handler == NULL)
        return err_note(ERR_INPUT, "unknown service type");
    err = check_inputs(type, inputs);
    if (err != OK)
        return err;
    *call = (struct service_call){
        .tx = tx,
        .activation = job->token,
        .ticket = hand->ticket.reference,
        .inputs = inputs ? inputs : json_new_object(tx->arena),
        .force = json_get_bool(payload, "force", false),
        .today = locale_day_of(tx->actor->now, tx->request.company_zone),
    };
    return handler->run(call, answer);
}

/* Staff decide: the job is parked, the process waits. */
static enum err set_aside(struct staff_tx *tx, struct service_context *c,
                          const struct job_lock *job, const struct service_call *call)
{
    struct incident_new incident = {
        .request_id = tx->request.id,
        .job_id = job->id,
        .kind = "obstacle",
        .token = job->token,
        .reason = str_from(call->obstacle),
        .about = call->about,
        .opened_at = tx->actor->now,
    };
    enum err err = job_fail(tx->db, job->id, str_from(call->obstacle));

    if (err == OK)
        err = incident_insert(tx->db, tx->arena, &incident, 1);
    c->verdict = SERVICE_CONFLICT;
    return err == OK ? staff_tx_end(tx, "service_task.conflict", tx->request.reference)
                     : err;
}

/* An error that nobody catches leaves an incident, and the job to be done again with it. */
static enum err mark(struct staff_tx *tx, const struct process_hand *hand,
                     const struct job_lock *job, bool failed)
{
    return failed && hand->is_stuck
               ? job_fail(tx->db, job->id, STR("an error that nobody catches"))
               : job_finish(tx->db, job->id, tx->actor->now);
}

static enum err run(struct staff_tx *tx, struct process_hand *hand,
                    struct service_context *c, const struct job_lock *job)
{
    struct service_call call;
    enum service_answer answer = SERVICE_CARRIED_OUT;
    bool failed;
    enum err err = carry_out(tx, hand, job, &call, &answer);
    if (err != OK)
        return err;
    if (answer == SERVICE_OBSTACLE)
        return set_aside(tx, c, job, &call);
    failed = answer == SERVICE_BPMN_ERROR;
    struct process_event event = {
        .kind = failed ? PROCESS_SERVICE_FAILED : PROCESS_SERVICE_COMPLETED,
        .activation = job->token,
        .name = call.error_code,
        .variables = call.result,
    };
    hand->job_id = job->id;
    hand->job_token = job->token;
    if (failed) {
        hand->error_sentence = call.obstacle;
        hand->error_about = call.about;
    }
    err = process_advance(tx, hand, &event);
    if (err == OK)
        err = mark(tx, hand, job, failed);
    if (err != OK)
        return err;
    c->verdict = SERVICE_DONE;
    return staff_tx_end(tx, "service_task.done", tx->request.reference);
}

static enum err service_tx(struct db *db, struct arena *arena, void *context)
{
    struct service_context *c = context;
    struct staff_tx tx;
    enum err err =
        staff_tx_begin(&tx, db, arena, c->actor, c->env, STR_NONE, c->job->request_id);
    if (err != OK)
        return err;
    struct process_hand hand;
    err = process_lock(&tx, &hand);
    if (err != OK)
        return err;
    struct job_lock job;
    err = job_lock_by_id(db, arena, c->job->id, &job);
    if (err != OK)
        return err;
    if (!str_is(job.state, "queued")) {
        c->verdict = SERVICE_REPEATED;
        return OK;
    }
    return run(&tx, &hand, c, &job);
}

enum err app_service_task(const struct actor *actor, const struct staff_env *env,
                          const struct app_job *job, enum service_verdict *out)
{
    struct service_context c = {actor, env, job, SERVICE_DONE};
    enum err err = tx_run(actor->db, actor->arena, TX_READ_WRITE, service_tx, &c);
    if (err == OK)
        *out = c.verdict;
    return err;
}
