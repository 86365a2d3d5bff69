#include "app/definition/migrate.h"

#include "process/step.h"
#include "process/values.h"
#include "store/migration.h"
#include "app/instance/customer_steps.h"
#include "app/instance/process_variables.h"
#include "app/ticket/staff_tx.h"

/* Of one instance; cleared behind each. */
#define SCRATCH_BYTES ((size_t)128 << 20)

static void say_all(const struct migrate_run *run, struct str reference,
                    bool are_problems, const struct vec *texts)
{
    for (size_t i = 0; i < texts->count; i++)
        run->say(run->say_context, are_problems, reference,
                 *VEC_AT(texts, struct str, i));
}

/* ---- what the new version asks of a request ---------------------------------------------------------- */

static void add_problem(struct migration *m, struct str text)
{
    *VEC_PUSH(&m->problems, struct str) = text;
}

/* A request was checked when it was submitted: it must stand the same check by the new version. */
static void check_forms(struct migration *m, const json_t *answers,
                        const struct form_world *world)
{
    for (size_t i = 0; i < m->to->form_count; i++) {
        struct form_result result;

        form_validate_values(m->arena, &m->to->forms[i], answers, world, &result);
        for (size_t k = 0; k < result.error_count; k++)
            add_problem(m, str_format(m->arena, "form %.*s, %.*s: %s",
                                      STR_ARG(m->to->forms[i].id),
                                      STR_ARG(result.errors[k].key),
                                      result.errors[k].msgid));
    }
}

static bool has_key(const struct db_rows *keys, struct str key)
{
    const struct str *items = keys->items;

    for (size_t i = 0; i < keys->count; i++)
        if (str_eq(items[i], key))
            return true;
    return false;
}

static enum err check_slots(struct migration *m, struct db *db, int64_t request_id,
                            const struct form_world *world)
{
    struct db_rows keys;
    enum err err = running_slots(db, m->arena, request_id, &keys);
    const struct str *items = keys.items;

    if (err != OK)
        return err;
    for (size_t i = 0; i < keys.count; i++)
        if (!slot_find(m->to->slots, m->to->slot_count, items[i]))
            add_problem(m, str_format(m->arena,
                                      "document %.*s: the new version has no such slot",
                                      STR_ARG(items[i])));
    for (size_t i = 0; i < m->to->slot_count; i++) {
        const struct slot_rule *rule = &m->to->slots[i];

        if (slot_resolve(m->arena, rule, world).required && !has_key(&keys, rule->key))
            add_problem(m,
                        str_format(m->arena, "document %.*s: the new version requires it",
                                   STR_ARG(rule->key)));
    }
    return OK;
}

static enum err check_request(struct migration *m, struct db *db,
                              const struct running_row *row)
{
    struct request_facts facts = {.submitted_at = INSTANT_NONE,
                                  .effective_on = DAY_NONE,
                                  .today = row->submitted_on};
    struct form_world world = {.today = row->submitted_on};
    json_t *answers = NULL;
    json_t *base = NULL;
    json_t *stored = NULL;
    enum err err = json_parse(m->arena, row->answers, &answers);

    if (err == OK)
        err = json_parse(m->arena, row->base, &base);
    if (err == OK && row->facts.ptr)
        err = json_parse(m->arena, row->facts, &stored);
    if (err != OK)
        return err;
    facts.answers = answers;
    facts.facts = stored;
    facts.base = world.base = base;
    world.context = values_context(m->arena, m->to, &facts);
    check_forms(m, answers, &world);
    return check_slots(m, db, row->request_id, &world);
}

/* ---- one instance, looked at -------------------------------------------------------------------------- */

static enum err plan_one(const struct migrate_run *run, struct arena *arena,
                         const struct running_row *row, struct migration *out,
                         struct bpmn_state **state_out)
{
    const struct definition *from;
    struct process_state *before;
    enum err err =
        definitions_get(run->env->definitions, run->actor->db, row->definition_id, &from);

    if (err != OK)
        return err;
    *out = migration_of(arena, from, run->to, run->plan);
    err = process_state_decode(arena, from, row->state, &before);
    if (err != OK)
        return err;
    (void)migration_state(out, process_tokens(before), state_out);
    return check_request(out, run->actor->db, row);
}

static bool is_in_plan(const struct migration_plan *plan, size_t i, struct str *id_out)
{
    size_t elements = map_count(plan->elements);

    if (i >= elements + map_count(plan->flows))
        return false;
    *id_out = i < elements ? map_entries(plan->elements)[i].key
                           : map_entries(plan->flows)[i - elements].key;
    return true;
}

/* What no version has where something runs is a slip of the pen. */
static void check_names(const struct migrate_run *run, const struct map *versions,
                        struct arena *arena, struct migrate_count *count)
{
    struct str id;

    for (size_t i = 0; run->plan && map_count(versions) && is_in_plan(run->plan, i, &id);
         i++) {
        bool known = false;

        for (size_t k = 0; k < map_count(versions) && !known; k++)
            known = migration_knows(map_entries(versions)[k].value, id);
        if (known)
            continue;
        run->say(
            run->say_context, true, STR_NONE,
            str_format(arena, "the plan: no version that runs has %.*s", STR_ARG(id)));
        count->refused++;
    }
}

static enum err check_page(const struct migrate_run *run, struct arena *scratch,
                           const struct db_rows *rows, struct map *versions,
                           struct migrate_count *count)
{
    const struct running_row *items = rows->items;
    enum err err = OK;

    for (size_t i = 0; err == OK && i < rows->count; i++) {
        struct arena_mark mark = arena_mark(scratch);
        struct bpmn_state *state;
        struct migration m;

        err = plan_one(run, scratch, &items[i], &m, &state);
        if (err != OK)
            break;
        map_set(versions,
                m.from->key.ptr
                    ? str_format(run->actor->arena, "%lld", (long long)items[i].version)
                    : STR(""),
                (void *)(uintptr_t)m.from);
        say_all(run, items[i].reference, true, &m.problems);
        say_all(run, items[i].reference, false, &m.notes);
        count->running++;
        count->refused += m.problems.count > 0;
        arena_rewind(scratch, mark);
    }
    return err;
}

enum err migrate_check(const struct migrate_run *run, struct migrate_count *out)
{
    struct arena *scratch = arena_new(SCRATCH_BYTES);
    struct map *versions = map_new(run->actor->arena);
    struct migration plan = migration_of(scratch, run->to, run->to, run->plan);
    int64_t after = 0;
    enum err err = OK;

    *out = (struct migrate_count){0};
    migration_check_plan(&plan);
    say_all(run, STR_NONE, true, &plan.problems);
    out->refused = (int64_t)plan.problems.count;
    for (;;) {
        struct db_rows rows;

        arena_clear(scratch);
        err = running_elsewhere(run->actor->db, scratch, run->request_type,
                                run->definition_id, after, &rows);
        if (err != OK || rows.count == 0)
            break;
        after = ((const struct running_row *)rows.items)[rows.count - 1].request_id;
        err = check_page(run, scratch, &rows, versions, out);
        if (err != OK)
            break;
    }
    if (err == OK)
        check_names(run, versions, scratch, out);
    arena_free(&scratch);
    return err;
}

/* ---- one instance, moved ---------------------------------------------------------------------------------- */

struct moving {
    const struct migrate_run *run;
    const struct running_row *row;
    struct migration migration;
    bool refused;
    bool gone; /* it has ended, or has arrived before */
};

/* What a token's row is called in the new version. */
static enum err move_row(struct moving *moving, struct staff_tx *tx,
                         enum token_table table, struct token_row row)
{
    struct migration *m = &moving->migration;
    struct str token = migration_token(m, row.token);
    json_t *payload;
    enum err err = OK;

    if (!token.ptr)
        return token_drop(tx->db, table, row.id);
    if (table == TOKEN_SUB_TICKET) {
        uint32_t element =
            bpmn_find(m->to->model, str_sub(token, 0, (size_t)str_index(token, '#')));

        if (m->to->model->elements[element].name.ptr)
            row.text = m->to->model->elements[element].name;
    } else if (table == TOKEN_JOB) {
        ssize_t colon = str_index(token, ':');

        err = json_parse(tx->arena, row.text, &payload);
        if (err != OK)
            return err;
        if (json_object_get(payload, "activation"))
            json_set_str(payload, "activation",
                         colon < 0 ? token : str_sub(token, 0, (size_t)colon));
        if (json_object_get(payload, "event") && colon >= 0)
            json_set_str(payload, "event", str_from_index(token, (size_t)colon + 1));
        if (json_object_get(payload, "token"))
            json_set_str(payload, "token", token);
        row.text = json_write(tx->arena, payload);
    }
    row.token = token;
    return token_rename(tx->db, table, &row);
}

static enum err move_rows(struct moving *moving, struct staff_tx *tx)
{
    enum err err = OK;

    for (int table = TOKEN_SUB_TICKET; err == OK && table <= TOKEN_INCIDENT; table++) {
        struct db_rows rows;

        err =
            token_rows(tx->db, tx->arena, (enum token_table)table, tx->request.id, &rows);
        for (size_t i = 0; err == OK && i < rows.count; i++)
            err = move_row(moving, tx, (enum token_table)table,
                           ((const struct token_row *)rows.items)[i]);
    }
    return err;
}

/* Names that only the new version knows are there as if the request had been released by it. */
static enum err add_variables(struct staff_tx *tx, struct bpmn_state *state)
{
    struct bpmn_token *root =
        state->tokens.count ? *VEC_AT(&state->tokens, struct bpmn_token *, 0) : NULL;
    const struct feel_context *variables;
    enum err err = process_variables(tx, &variables);

    for (size_t i = 0; err == OK && root && i < variables->count; i++) {
        const struct feel_context known = {root->variables.items, root->variables.count};

        if (!feel_get(&known, variables->entries[i].name))
            *VEC_PUSH(&root->variables, struct feel_entry) = variables->entries[i];
    }
    return err;
}

/* The phase of before, if the new version has that text; else that of a step at hand. */
static struct str phase_of(const struct staff_tx *tx, const struct bpmn_state *state)
{
    const struct bpmn_model *model = tx->definition->model;
    struct str phase = tx->request.phase;

    if (str_eq(phase, tx->definition->intake_phase))
        return phase;
    for (size_t i = 0; i < model->element_count; i++)
        if (str_eq(bpmn_property(&model->elements[i], "kontor:phase"), phase))
            return phase;
    for (size_t i = 0; i < state->tokens.count; i++) {
        const struct bpmn_token *token = *VEC_AT(&state->tokens, struct bpmn_token *, i);
        struct str now = bpmn_property(&model->elements[token->element], "kontor:phase");

        if (now.ptr)
            phase = now;
    }
    return phase;
}

static enum err write_move(struct moving *moving, struct staff_tx *tx,
                           const struct running_lock *instance, struct bpmn_state *state)
{
    const struct migrate_run *run = moving->run;
    struct str encoded;
    struct str phase;
    enum err err;

    tx->definition = run->to;
    err = add_variables(tx, state);
    if (err != OK)
        return err;
    phase = phase_of(tx, state);
    encoded = bpmn_state_encode(tx->arena, run->to->model, state);
    err = running_move(tx->db, instance->instance_id, run->definition_id, encoded);
    if (err == OK)
        err = running_move_request(tx->db, tx->request.id, run->definition_id);
    tx->request.version++;
    if (err == OK)
        err = move_rows(moving, tx);
    if (err == OK)
        err = running_tell(tx->db, tx->request.id, phase,
                           customer_steps_write(tx->arena, run->to, state));
    if (err != OK)
        return err;
    if (!str_eq(phase, tx->request.phase))
        staff_tx_history(tx, HISTORY_OF("request", tx->request.id, tx->request.version),
                         "phase", tx->request.phase, phase);
    staff_tx_history(tx, HISTORY_OF("request", tx->request.id, tx->request.version),
                     "definition",
                     str_format(tx->arena, "%lld", (long long)instance->version),
                     str_format(tx->arena, "%lld", (long long)run->version));
    return staff_tx_end(tx, "ticket.migrated", instance->ticket_reference);
}

static enum err move_tx(struct db *db, struct arena *arena, void *context)
{
    struct moving *moving = context;
    const struct migrate_run *run = moving->run;
    struct running_row row = *moving->row;
    struct running_lock instance;
    struct bpmn_state *state;
    struct staff_tx tx;
    enum err err =
        staff_tx_begin(&tx, db, arena, run->actor, run->env, STR_NONE, row.request_id);

    if (err == OK)
        err = running_lock(db, arena, row.request_id, &instance);
    if (err != OK)
        return err;
    moving->gone = instance.ended || tx.request.definition_id == run->definition_id;
    if (moving->gone)
        return OK;
    row.definition_id = tx.request.definition_id;
    row.state = instance.state;
    err = plan_one(run, arena, &row, &moving->migration, &state);
    if (err != OK)
        return err;
    moving->refused = moving->migration.problems.count > 0;
    return moving->refused ? OK : write_move(moving, &tx, &instance, state);
}

static enum err move_one(const struct migrate_run *run, const struct running_row *row,
                         struct migrate_count *count)
{
    struct arena *scratch = arena_new(SCRATCH_BYTES);
    struct moving moving = {.run = run, .row = row};
    enum err err = tx_run(run->actor->db, scratch, TX_READ_WRITE, move_tx, &moving);

    if (err == OK && !moving.gone) {
        say_all(run, row->reference, true, &moving.migration.problems);
        say_all(run, row->reference, false, &moving.migration.notes);
        count->running++;
        count->moved += !moving.refused;
        count->refused += moving.refused;
    }
    arena_free(&scratch);
    return err;
}

/* Who wanted it, and by which plan: before the first one moves. */
static enum err record_run(const struct migrate_run *run)
{
    struct arena *arena = run->actor->arena;
    json_t *detail = json_new_object(arena);
    json_t *plan = NULL;
    enum err err = json_parse(arena, run->plan_text, &plan);
    struct audit_row audit = {
        .at = run->actor->now,
        .program = run->actor->program,
        .trace_id = run->actor->trace_id,
        .action = "definition.migration",
        .object = str_sub(str_format(arena, "%.*s %lld", STR_ARG(run->request_type),
                                     (long long)run->version),
                          0, 64),
    };

    if (err != OK)
        return err;
    json_set_str(detail, "by", run->by);
    json_object_set(detail, "plan", plan);
    audit.detail = json_write(arena, detail);
    return audit_insert(run->actor->db, &audit);
}

enum err migrate_all(const struct migrate_run *run, struct migrate_count *out)
{
    struct arena *page = arena_new(SCRATCH_BYTES);
    int64_t after = 0;
    enum err err = record_run(run);

    if (err != OK) {
        arena_free(&page);
        return err;
    }
    *out = (struct migrate_count){0};
    for (;;) {
        struct db_rows rows;
        const struct running_row *items;

        arena_clear(page);
        err = running_elsewhere(run->actor->db, page, run->request_type,
                                run->definition_id, after, &rows);
        if (err != OK || rows.count == 0)
            break;
        items = rows.items;
        after = items[rows.count - 1].request_id;
        for (size_t i = 0; err == OK && i < rows.count; i++)
            err = move_one(run, &items[i], out);
        if (err != OK)
            break;
    }
    arena_free(&page);
    return err;
}
