#include "process/slots.h"

struct slot_run {
    struct arena *arena;
    const struct form_world *world;
};

/* Noon, so that today() is the company's calendar day. */
static instant_us noon_of(day_no day)
{
    return day == DAY_NONE ? 0 : day * US_PER_DAY + US_PER_DAY / 2;
}

/* OK, or ERR_LIMITED. */
static enum err evaluate(const struct slot_run *slot, const struct feel_node *expression,
                         struct feel_value *out)
{
    static const struct feel_context nothing = {0};
    struct feel_run run = {.arena = slot->arena, .now = noon_of(slot->world->today)};
    return feel_eval(&run, expression,
                     slot->world->context ? slot->world->context : &nothing, out);
}

static bool holds(const struct slot_run *slot, const struct feel_node *expression,
                  bool constant)
{
    struct feel_value value = FEEL_NULL_VALUE;
    if (!expression)
        return constant;
    if (evaluate(slot, expression, &value) != OK) {
        err_clear();
        return true;
    }
    return feel_is_true(value);
}

static int64_t number_of(const struct slot_run *slot, struct slot_number number)
{
    struct feel_value value = FEEL_NULL_VALUE;
    int64_t whole = 1;
    if (!number.expression)
        return number.constant;
    if (evaluate(slot, number.expression, &value) != OK) {
        err_clear();
        return 1;
    }
    if (value.type != FEEL_NUMBER || !number_to_i64(value.number, &whole))
        return 1;
    return whole < SLOT_DOCUMENTS_MAX ? whole : SLOT_DOCUMENTS_MAX;
}

struct slot_now slot_resolve(struct arena *arena, const struct slot_rule *rule,
                             const struct form_world *world)
{
    const struct slot_run run = {arena, world};
    struct slot_now now = {.min = number_of(&run, rule->min),
                           .max = number_of(&run, rule->max)};
    now.shown = holds(&run, rule->show_if, true) && now.max >= 1;
    now.required = now.shown && holds(&run, rule->required_if, rule->required);
    if (now.min < 1)
        now.min = 1;
    if (now.max < now.min)
        now.max = now.min;
    return now;
}

int slot_find_kind(const struct slot_rule *rule, struct str kind_key)
{
    for (size_t i = 0; i < rule->kind_count; i++)
        if (str_eq(rule->kind_keys[i], kind_key))
            return (int)i;
    return -1;
}

const struct slot_rule *slot_find(const struct slot_rule *slots, size_t count,
                                  struct str key)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq(slots[i].key, key))
            return &slots[i];
    return NULL;
}

void slot_expressions(const struct slot_rule *rule, slot_expression_fn fn, void *context)
{
    const struct feel_node *const all[] = {rule->required_if, rule->show_if,
                                           rule->min.expression, rule->max.expression};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i])
            fn(context, all[i]);
}
