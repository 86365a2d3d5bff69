/* feel.c: kontorctl feel: evaluate an expression, or many, one a line. */
#include "base/log.h"
#include "formats/json.h"
#include "feel/feel.h"
#include "ctl.h"

#define ENTRY_MAX_NAMES 1000
/* Of a line of the batch. */
#define LINE_BYTES (4 << 20)

/* All names in a context, at any depth, so that "net-value" is one name. */
static void collect_names(struct feel_value value, struct str *names, size_t *count)
{
    if (value.type == FEEL_LIST)
        for (size_t i = 0; i < value.list->count; i++)
            collect_names(value.list->items[i], names, count);
    if (value.type != FEEL_CONTEXT)
        return;
    for (size_t i = 0; i < value.context->count; i++) {
        if (*count < ENTRY_MAX_NAMES)
            names[(*count)++] = value.context->entries[i].name;
        collect_names(value.context->entries[i].value, names, count);
    }
}

/* OK with a value, or ERR_INPUT with the reason. */
static enum err evaluate(struct arena *arena, struct str source,
                         struct feel_value context, struct feel_value *out,
                         struct str *reason_out)
{
    struct str *found = ARENA_ARRAY(arena, struct str, ENTRY_MAX_NAMES);
    struct feel_names names = {.names = found};
    struct feel_run run = {.arena = arena, .now = clock_now(&clock_system)};
    const struct feel_node *node;
    enum err err;

    collect_names(context, found, &names.count);
    err = feel_parse(arena, source, &names, &node, reason_out);
    if (err != OK)
        return err;
    err =
        feel_eval(&run, node, context.type == FEEL_CONTEXT ? context.context : NULL, out);
    if (err != OK)
        *reason_out = str_copy(arena, str_from(err_text()));
    return err;
}

static enum err context_of(struct arena *arena, struct str json, struct feel_value *out,
                           struct str *reason_out)
{
    enum err err = feel_from_json(arena, json, out);

    if (err == OK && out->type != FEEL_CONTEXT && out->type != FEEL_NULL)
        err = err_note(ERR_INPUT, "the context is no object");
    if (err != OK)
        *reason_out = str_copy(arena, str_from(err_text()));
    return err;
}

static void print_json(struct arena *arena, struct feel_value value)
{
    struct buf out = buf_init(arena, (size_t)64 << 20);

    feel_put_json(&out, arena, value);
    printf("%.*s", STR_ARG(buf_str(&out)));
}

static void answer(struct arena *arena, struct str line)
{
    struct feel_value request = FEEL_NULL_VALUE;
    struct feel_value context = FEEL_NULL_VALUE;
    struct feel_value value = FEEL_NULL_VALUE;
    struct str reason = STR_NONE;
    const struct feel_value *id = NULL;
    const struct feel_value *expr = NULL;
    const struct feel_value *given = NULL;
    enum err err = context_of(arena, line, &request, &reason);

    if (err == OK && request.type == FEEL_CONTEXT) {
        id = feel_get(request.context, STR("id"));
        expr = feel_get(request.context, STR("expr"));
        given = feel_get(request.context, STR("context"));
        if (given)
            context = *given;
    }
    if (err == OK && (!expr || expr->type != FEEL_STRING)) {
        reason = STR("expr is missing");
        err = ERR_INPUT;
    }
    if (err == OK)
        err = evaluate(arena, expr->string, context, &value, &reason);
    fputs("{\"id\":", stdout);
    print_json(arena, id ? *id : FEEL_NULL_VALUE);
    fputs(err == OK ? ",\"value\":" : ",\"error\":", stdout);
    print_json(arena, err == OK ? value : feel_string(reason));
    fputs("}\n", stdout);
    err_clear();
}

static int batch(struct ctl *ctl)
{
    char *line = ARENA_ARRAY(ctl->arena, char, LINE_BYTES);

    while (fgets(line, LINE_BYTES, stdin)) {
        struct arena_mark mark = arena_mark(ctl->arena);
        struct str text = str_trim(str_from(line));

        if (!str_ends(str_from(line), STR("\n")) && !feof(stdin)) {
            fprintf(stderr, "kontorctl: a line has more than %d bytes\n", LINE_BYTES - 2);
            return CTL_DATA;
        }
        if (text.len)
            answer(ctl->arena, text);
        arena_rewind(ctl->arena, mark);
    }
    return CTL_OK;
}

int command_feel(struct ctl *ctl)
{
    const char *json = ctl_option(ctl, "--context");
    bool many = ctl_flag(ctl, "--batch");
    struct feel_value context = FEEL_NULL_VALUE;
    struct feel_value value = FEEL_NULL_VALUE;
    struct str reason = STR_NONE;
    enum err err = OK;

    if (!ctl_arguments(ctl, many ? 0 : 1, many ? 0 : 1))
        return CTL_USAGE;
    if (many)
        return batch(ctl);
    if (json)
        err = context_of(ctl->arena, str_from(json), &context, &reason);
    if (err == OK)
        err = evaluate(ctl->arena, str_from(ctl->argv[0]), context, &value, &reason);
    if (err != OK) {
        fprintf(stderr, "kontorctl: %.*s\n", STR_ARG(reason));
        return CTL_DATA;
    }
    print_json(ctl->arena, value);
    putchar('\n');
    return CTL_OK;
}
