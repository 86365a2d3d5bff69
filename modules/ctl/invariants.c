/* invariants.c: kontorctl invariants: looks for contradictions, which no crash may leave behind. */
#include "ctl.h"

#include "base/buf.h"
#include "base/vec.h"
#include "formats/json.h"
#include "store/invariants.h"
#include "app/upkeep/seal.h"
#include "blobs.h"

struct check {
    struct ctl *ctl;
    struct db *db;
    int violations;
};

static void violation(struct check *check, const char *rule, struct str what)
{
    printf("violated: %s: %.*s\n", rule, STR_ARG(what));
    check->violations++;
}

static enum err check_rules(struct check *check)
{
    for (const struct invariant *rule = INVARIANTS; rule->rule; rule++) {
        struct db_rows rows;
        enum err err = invariant_check(check->db, check->ctl->arena, rule, 0, &rows);
        if (err != OK) {
            fprintf(stderr, "kontorctl: %s: %s\n", rule->rule, db_error_text(check->db));
            return err;
        }
        const struct violation *found = rows.items;
        for (size_t i = 0; i < rows.count; i++) {
            violation(check, rule->rule, found[i].what);
        }
    }
    return OK;
}

static int by_text(const void *a, const void *b)
{
    return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

/** Timers, messages and signals a token waits for: "<element>#<key>:<event>". Errors and conditions are no rows. */
static void add_waits(struct arena *arena, const json_t *token, struct str activation,
                      struct vec *out)
{
    const json_t *waits = json_object_get(token, "waits");
    for (size_t i = 0; i < json_array_size(waits); i++) {
        const json_t *wait = json_array_get(waits, i);
        if (json_object_get(wait, "due") != NULL ||
            json_object_get(wait, "correlation") != NULL) {
            *VEC_PUSH(out, struct str) =
                str_format(arena, "%.*s:%.*s", STR_ARG(activation),
                           STR_ARG(json_get_str(wait, "event")));
        }
    }
}

/** What of a stored state has a row: the work that is with a person or a service, "<element>#<key>", and what is
 *  waited for; sorted and joined by '\n'. */
static enum err tokens_of(struct arena *arena, struct str state, struct str *out)
{
    json_t *json;
    enum err err = json_parse(arena, state, &json);
    if (err != OK) {
        return err;
    }
    const json_t *tokens = json_object_get(json, "tokens");
    struct vec found = VEC_INIT(arena, struct str);
    for (size_t i = 0; i < json_array_size(tokens); i++) {
        const json_t *token = json_array_get(tokens, i);
        int64_t key = json_get_int(token, "key", 0);
        struct str activation =
            str_format(arena, "%.*s#%lld", STR_ARG(json_get_str(token, "element")),
                       (long long)json_get_int(token, "number", key));
        if (json_get_bool(token, "open", false)) {
            *VEC_PUSH(&found, struct str) = activation;
        }
        add_waits(arena, token, activation, &found);
    }
    if (found.count > 1) {
        qsort(found.items, found.count, sizeof(struct str), by_text);
    }
    struct buf joined = buf_init(arena, 2 * state.len + found.count * 24 + 1);
    for (size_t i = 0; i < found.count; i++) {
        buf_put_c(&joined, i ? "\n" : "");
        buf_put(&joined, *VEC_AT(&found, struct str, i));
    }
    *out = buf_str(&joined);
    return OK;
}

/** One row per open sub-ticket, service, timer and subscription, and none of an ended instance. */
static enum err check_instances(struct check *check)
{
    struct arena *arena = check->ctl->arena;
    int64_t after = 0;
    struct db_rows rows;
    do {
        struct arena_mark mark = arena_mark(arena);
        enum err err = invariant_instances(check->db, arena, after, &rows);
        if (err != OK) {
            return err;
        }
        const struct instance_tokens *instances = rows.items;
        for (size_t i = 0; i < rows.count; i++) {
            const struct instance_tokens *instance = &instances[i];
            struct str tokens;
            after = instance->id;
            if (tokens_of(arena, instance->state, &tokens) != OK) {
                violation(check, "an instance's state can be read", instance->request);
            } else if (!str_eq(tokens, instance->open)) {
                violation(
                    check,
                    "tokens are the open sub-tickets, services, timers and subscriptions",
                    instance->request);
            } else if (instance->ended && tokens.len > 0) {
                violation(check, "an ended instance has no token", instance->request);
            }
        }
        arena_rewind(arena, mark);
    } while (rows.count > 0);
    return OK;
}

static void blob_problem(void *context, struct str public_id, const char *what)
{
    struct check *check = context;
    violation(check, "a document is in the store as it was uploaded",
              str_format(check->ctl->arena, "%.*s %s", STR_ARG(public_id), what));
}

static enum err check_seals(struct check *check)
{
    struct seal_report report;
    enum err err = app_seal_verify(check->db, check->ctl->arena, &report);
    if (err == OK && report.reason) {
        violation(check, "the audit chain holds", str_from(report.reason));
    }
    return err;
}

int command_invariants(struct ctl *ctl)
{
    if (!ctl_arguments(ctl, 0, 0)) {
        return CTL_USAGE;
    }
    struct check check = {.ctl = ctl};
    int64_t documents = 0;
    enum err err = ctl_connect(ctl, "ctl", &check.db);
    if (err == OK) {
        err = check_rules(&check);
    }
    if (err == OK) {
        err = check_instances(&check);
    }
    if (err == OK) {
        err = blobs_check(ctl, check.db, 0, blob_problem, &check, &documents);
    }
    if (err == OK) {
        err = check_seals(&check);
    }
    if (err != OK) {
        return ctl_fail(err, "invariants");
    }
    if (check.violations == 0) {
        printf("no contradiction found, %lld documents read\n", (long long)documents);
    }
    return check.violations ? CTL_FAILED : CTL_OK;
}
