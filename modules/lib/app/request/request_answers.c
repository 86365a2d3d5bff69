/* request_answers.c: the answers of one question group are saved. */
#include "app/request/request_answers.h"

#include "store/trail.h"
#include "app/request/request_slots.h"
#include "app/ticket/form_rows.h"
#include "app/request/request_world.h"

struct save_context {
    const struct actor *actor;
    const struct customer_env *env;
    const struct answers_input *input;
    struct answers_result *result;
};

/* Put the group's values into the answers; one history row per change. Returns their
 * number. */
static size_t merge(struct arena *arena, const struct save_context *c,
                    struct history_row *rows)
{
    struct answers_result *result = c->result;
    struct request_full *full = &result->full;
    size_t count = 0;
    for (size_t i = 0; i < result->form->field_count; i++) {
        const struct form_field *field = &result->form->fields[i];
        const char *key = str_c(arena, field->key);
        json_t *old_value = json_object_get(full->answers, key);
        json_t *new_value = json_object_get(result->checked.values, key);
        struct str old_text = str_copy(arena, answer_text(arena, old_value));
        struct str new_text = answer_text(arena, new_value);
        if (old_value == new_value ||
            (old_value && new_value && json_equal(old_value, new_value)))
            continue;
        if (new_value != NULL)
            (void)json_object_set(full->answers, key, new_value);
        else
            (void)json_object_del(full->answers, key);
        if (str_eq(old_text, new_text))
            continue;
        rows[count++] = (struct history_row){
            .request_id = full->row.id,
            .object = "request",
            .object_id = full->row.id,
            .version = full->row.version + 1,
            .field = answer_history_field(arena, field->key),
            .old_value = str_is_empty(old_text) ? STR_NONE : old_text,
            .new_value = new_text,
            .person_id = c->actor->principal->person_id,
            .changed_at = c->actor->now};
    }
    return count;
}

/* Stored values are what was typed already: the form came twice, or somebody typed the
 * same. */
static bool already_saved(const struct answers_result *result, struct arena *arena)
{
    return json_equal(request_form_values(&result->full, arena, result->form),
                      result->checked.values);
}

static enum err write_answers(struct db *db, struct arena *arena,
                              const struct save_context *c)
{
    struct answers_result *result = c->result;
    int64_t id = result->full.row.id;
    struct history_row *rows =
        ARENA_ARRAY(arena, struct history_row, result->form->field_count + 1);
    size_t row_count = merge(arena, c, rows);
    request_slots_resolve(&result->full, arena); /* an answer may bring a document */
    if (row_count == 0) {
        /* A group left empty is saved too, and every version is in the history. */
        rows[row_count++] =
            (struct history_row){.request_id = id,
                                 .object = "request",
                                 .object_id = id,
                                 .version = result->full.row.version + 1,
                                 .field = "saved_part",
                                 .new_value = result->form->title,
                                 .person_id = c->actor->principal->person_id,
                                 .changed_at = c->actor->now};
    }
    const struct request_answers_row row = {
        .id = id,
        .version = result->full.row.version,
        .answers = json_write(arena, result->full.answers),
        .effective_date = request_effective_date(&result->full, arena),
        .now = c->actor->now,
    };
    enum err err = request_update_answers(db, result->full.row.company_id, &row);
    return err == OK ? history_insert(db, rows, row_count) : err;
}

/* What was posted, checked; or with a row more or less, and nothing said about it. */
static void take_posted(struct arena *arena, const struct answers_input *input,
                        struct answers_result *result)
{
    const struct form *form = result->form;
    struct form_result *checked = &result->checked;
    result->world = request_world(&result->full, arena);
    result->world.decimal_sign = input->decimal_sign;
    if (str_is_empty(input->add) && str_is_empty(input->remove)) {
        form_validate(arena, form, input->posted, &result->world, checked);
    } else {
        checked->values = form_typed(arena, form, input->posted, &result->world);
        result->now = form_resolve(arena, form, &result->world, checked->values);
        form_rows_change(arena, &result->now, checked->values,
                         &(struct form_rows_act){input->add, input->remove});
    }
    result->now = form_resolve(arena, form, &result->world, checked->values);
}

static enum err save_tx(struct db *db, struct arena *arena, void *context)
{
    struct save_context *c = context;
    const struct answers_input *input = c->input;
    struct answers_result *result = c->result;
    int64_t company_id = c->actor->principal->company_id;
    int64_t id;
    enum err err =
        request_lock(db, arena, company_id, principal_sees_board(c->actor->principal),
                     input->reference, &id);
    if (err != OK)
        return err;
    err = request_full_load(db, arena, c->env, c->actor->principal, input->reference,
                            c->actor->now, &result->full);
    if (err != OK)
        return err;
    result->form = request_form(&result->full, input->form_id);
    if (result->form == NULL)
        return ERR_NOT_FOUND;
    if (result->full.state != REQUEST_DRAFT)
        return err_note(ERR_CONFLICT, "not a draft any more");
    take_posted(arena, input, result);
    result->outcome = ANSWERS_SAVED;
    if (already_saved(result, arena) &&
        (result->checked.error_count == 0 || input->later))
        return OK;
    if (!str_is_empty(input->seen) &&
        !str_eq(input->seen,
                request_form_fingerprint(&result->full, arena, result->form)))
        result->outcome = ANSWERS_STALE;
    else if (result->checked.error_count > 0 && !input->later)
        result->outcome = ANSWERS_INVALID;
    if (result->outcome != ANSWERS_SAVED)
        return OK;
    return write_answers(db, arena, c);
}

enum err request_answers_save(const struct actor *actor, const struct customer_env *env,
                              const struct answers_input *input,
                              struct answers_result *out)
{
    struct answers_result result = {0};
    struct save_context context = {actor, env, input, &result};
    enum err err = tx_run(actor->db, actor->arena, TX_READ_WRITE, save_tx, &context);
    if (err == OK)
        *out = result;
    return err;
}
