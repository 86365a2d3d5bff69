/* company_data.c: a company's master data. */
#include "app/request/company_data.h"

#include "formats/locale.h"

struct data_context {
    const struct actor *actor;
    const struct customer_env *env;
    struct company_data *out;
};

static enum err load_pending(struct db *db, struct arena *arena, struct data_context *c)
{
    struct db_rows rows;
    enum err err = request_list_pending(db, arena, c->actor->principal->company_id,
                                        principal_sees_board(c->actor->principal), &rows);
    if (err != OK)
        return err;
    const struct request_pending_row *list = rows.items;
    c->out->pending = ARENA_ARRAY(arena, struct pending_change, rows.count);
    c->out->pending_count = rows.count;
    for (size_t i = 0; i < rows.count && err == OK; i++) {
        struct pending_change *pending = &c->out->pending[i];
        pending->row = list[i];
        err = definitions_get(c->env->definitions, db, list[i].definition_id,
                              &pending->definition);
        if (err == OK)
            err = json_parse(arena, list[i].answers, &pending->answers);
    }
    return err;
}

static enum err load_register(struct db *db, struct arena *arena, struct data_context *c)
{
    struct company_data *out = c->out;
    const struct register_query query = {.company_id = c->actor->principal->company_id,
                                         .today = out->today,
                                         .board =
                                             principal_sees_board(c->actor->principal)};
    struct db_rows rows = {0};
    bool asked = false;
    enum err err = register_list(db, arena, &query, &rows);
    out->records = rows.items;
    out->record_count = rows.count;
    for (size_t i = 0; i < out->pending_count; i++)
        asked = asked || definition_runs(out->pending[i].definition, STR("entitlement."));
    if (err != OK || !asked)
        return err;
    err = catalogue_list(db, arena, &rows);
    out->catalogue = rows.items;
    out->catalogue_count = rows.count;
    return err;
}

static enum err data_tx(struct db *db, struct arena *arena, void *context)
{
    struct data_context *c = context;
    struct company_data *out = c->out;
    int64_t company_id = c->actor->principal->company_id;
    struct db_rows values;
    enum err err = company_get(db, arena, company_id, &out->company);
    if (err != OK)
        return err;
    out->today = locale_day_of(c->actor->now, out->company.zone);
    err =
        master_data_list(db, arena, company_id, principal_sees_board(c->actor->principal),
                         out->today, &values);
    if (err != OK)
        return err;
    out->values = values.items;
    out->value_count = values.count;
    err = load_pending(db, arena, c);
    if (err == OK)
        err = load_register(db, arena, c);
    if (err != OK)
        return err;
    return definitions_active(c->env->definitions, db, arena, &out->types,
                              &out->type_count);
}

enum err company_data(const struct actor *actor, const struct customer_env *env,
                      struct company_data *out)
{
    struct company_data data = {0};
    struct data_context context = {actor, env, &data};
    enum err err = tx_run(actor->db, actor->arena, TX_READ_ONLY, data_tx, &context);
    if (err == OK)
        *out = data;
    return err;
}

const struct form_field *definition_attribute_field(const struct definition *definition,
                                                    struct str key)
{
    for (size_t f = 0; f < definition->form_count; f++) {
        const struct form *form = &definition->forms[f];
        for (size_t i = 0; i < form->field_count; i++) {
            if (str_eq(form->fields[i].master_data, key))
                return &form->fields[i];
        }
    }
    return NULL;
}

const struct form_field *company_data_field(const struct company_data *data,
                                            struct str attribute_key,
                                            const struct definition **definition_out)
{
    for (size_t i = 0; i < data->type_count; i++) {
        const struct form_field *field =
            definition_attribute_field(data->types[i].definition, attribute_key);
        if (field != NULL) {
            *definition_out = data->types[i].definition;
            return field;
        }
    }
    return NULL;
}

bool definition_runs(const struct definition *definition, struct str beginning)
{
    const struct bpmn_model *model = definition->model;
    for (size_t i = 0; i < model->element_count; i++)
        if (model->elements[i].kind == BPMN_SERVICE_TASK &&
            str_starts(model->elements[i].job_type.text, beginning))
            return true;
    return false;
}
