#include "app/instance/process_variables.h"

#include "process/definition/definition.h"
#include "process/values.h"

static enum err read_facts(struct staff_tx *tx, const json_t **out)
{
    struct str stored = STR_NONE;
    json_t *facts = NULL;
    enum err err;

    if (!tx->definition->process_uses_company && !tx->definition->process_uses_catalogue)
        return OK;
    err = request_facts_stored(tx->db, tx->arena, tx->request.id, &stored);
    if (err == OK && stored.ptr != NULL)
        err = json_parse(tx->arena, stored, &facts);
    if (err == OK)
        *out = facts;
    return err;
}

enum err process_variables(struct staff_tx *tx, const struct feel_context **out)
{
    const struct request_lock *request = &tx->request;
    struct request_facts all = {
        .reference = request->reference,
        .type = request->request_type,
        .company = request->company_reference,
        .submitted_at = request->submitted_at,
        .effective_on = request->effective_date,
        .today = DAY_NONE,
    };
    json_t *answers;
    json_t *base;
    enum err err = json_parse(tx->arena, request->answers, &answers);

    if (err == OK)
        err = json_parse(tx->arena, request->base, &base);
    if (err == OK)
        err = read_facts(tx, &all.facts);
    if (err != OK)
        return err;
    all.answers = answers;
    all.base = base;
    *out = values_of_process(tx->arena, tx->definition, &all);
    return OK;
}
