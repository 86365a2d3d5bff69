#include "process/submission.h"

#include "base/vec.h"
#include "process/json_feel.h"
#include "process/definition/rules.h"

#define RULES_MAX      30
#define LIST_ITEMS_MAX 100
#define LIST_TEXT_MAX  20000

/* ---- reading ---- */

static void read_rule(struct json_source *source, const struct json_at *at,
                      const json_t *object, struct submission_rule *rule)
{
    if (!json_check_object(source, at, object, "key refuseIf text list form"))
        return;
    rule->key = json_read_text(source, at, object, "key", true);
    if (rule->key.ptr && !rule_is_key(rule->key))
        json_problem(source, &(struct json_at){at, "key", 0},
                     "\"key\" must be lower-case letters, digits and '-'");
    rule->refuse_if = json_read_feel(source, at, object, "refuseIf", true);
    rule->text = json_read_msgid(source, at, object, "text", true);
    rule->list = json_read_feel(source, at, object, "list", false);
    rule->form = json_read_text(source, at, object, "form", false);
    bool named = rule->text.ptr && str_find(rule->text, STR("{0}")) >= 0;
    if (rule->text.ptr && named != (rule->list != NULL) &&
        json_object_get(object, "list"))
        json_problem(source, &(struct json_at){at, "text", 0},
                     "\"text\" does not say where the list goes: {0}");
    else if (named && !json_object_get(object, "list"))
        json_problem(source, &(struct json_at){at, "text", 0},
                     "\"text\" has a place {0}, but there is no \"list\"");
}

void submission_read(struct json_source *source, const struct json_at *at,
                     const json_t *object, const struct submission_rule **rules_out,
                     size_t *count_out)
{
    *rules_out = NULL;
    *count_out = 0;
    if (!json_check_object(source, at, object, "rules"))
        return;
    const json_t *array = json_read_array(source, at, object, "rules", true);
    struct json_at list_at = {at, "rules", 0};
    size_t count = json_array_size(array);
    if (count > RULES_MAX) {
        json_problem(source, &list_at, "more than %d rules", RULES_MAX);
        return;
    }
    struct submission_rule *rules =
        ARENA_ARRAY(source->arena, struct submission_rule, count);
    for (size_t i = 0; i < count; i++) {
        struct json_at rule_at = {&list_at, NULL, i};
        read_rule(source, &rule_at, json_array_get(array, i), &rules[i]);
        for (size_t k = 0; k < i; k++)
            if (rules[i].key.ptr && str_eq(rules[k].key, rules[i].key))
                json_problem(source, &rule_at, "the key \"%.*s\" is there twice",
                             STR_ARG(rules[i].key));
    }
    *rules_out = rules;
    *count_out = count;
}

/* ---- deciding ---- */

struct rule_run {
    struct arena *arena;
    const struct form_world *world;
};

static enum err evaluate(const struct rule_run *rule, const struct feel_node *expression,
                         struct feel_value *out)
{
    static const struct feel_context nothing = {0};
    day_no today = rule->world->today;
    struct feel_run run = {
        .arena = rule->arena,
        .now = today == DAY_NONE ? 0 : today * US_PER_DAY + US_PER_DAY / 2};
    return feel_eval(&run, expression,
                     rule->world->context ? rule->world->context : &nothing, out);
}

/* A string, the text of {en, de}, or any other value as FEEL writes it. */
static struct str item_text(struct arena *arena, struct feel_value item,
                            const char *language)
{
    if (item.type == FEEL_CONTEXT) {
        const struct feel_value *text = feel_get(item.context, str_from(language));
        if (!text)
            text = feel_get(item.context, STR("en"));
        if (text)
            return text->type == FEEL_STRING ? text->string : feel_text(arena, *text);
    }
    return item.type == FEEL_STRING ? item.string : feel_text(arena, item);
}

static struct str join(struct arena *arena, struct feel_value list, const char *language)
{
    struct buf out = buf_init(arena, LIST_TEXT_MAX);
    size_t count = list.type == FEEL_LIST ? list.list->count : 1;
    if (list.type == FEEL_NULL)
        return STR("");
    for (size_t i = 0; i < count && i < LIST_ITEMS_MAX; i++) {
        struct feel_value item = list.type == FEEL_LIST ? list.list->items[i] : list;
        if (i > 0)
            buf_put_c(&out, ", ");
        buf_put(&out, item_text(arena, item, language));
    }
    if (count > LIST_ITEMS_MAX)
        buf_put_c(&out, ", ...");
    return buf_str(&out);
}

size_t submission_check(struct arena *arena, const struct submission_rule *rules,
                        size_t count, const struct form_world *world,
                        struct submission_refusal **out)
{
    const struct rule_run run = {arena, world};
    struct vec refusals = VEC_INIT(arena, struct submission_refusal);
    for (size_t i = 0; i < count; i++) {
        struct submission_refusal refusal = {
            .rule = &rules[i], .list_en = STR(""), .list_de = STR("")};
        struct feel_value value = FEEL_NULL_VALUE;
        bool refused = true;
        if (evaluate(&run, rules[i].refuse_if, &value) == OK)
            refused = feel_is_true(value);
        if (!refused)
            continue;
        value = FEEL_NULL_VALUE;
        if (rules[i].list && evaluate(&run, rules[i].list, &value) == OK) {
            refusal.list_en = join(arena, value, "en");
            refusal.list_de = join(arena, value, "de");
        }
        err_clear();
        *VEC_PUSH(&refusals, struct submission_refusal) = refusal;
    }
    *out = refusals.items;
    return refusals.count;
}

void submission_expressions(const struct submission_rule *rule,
                            void (*fn)(void *context, const struct feel_node *expression),
                            void *context)
{
    if (rule->refuse_if)
        fn(context, rule->refuse_if);
    if (rule->list)
        fn(context, rule->list);
}
