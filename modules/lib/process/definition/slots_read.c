#include "process/definition/slots_read.h"

#include "process/json_feel.h"
#include "process/definition/rules.h"

#define SLOTS_MAX       30
#define ITEMS_MAX       50
#define AGE_MONTHS_MAX  240
#define AGE_DAYS_MAX    7300
#define REMIND_DAYS_MAX 366
#define REMIND_DAYS     30

/* A key that is new among the `count` before it. */
static struct str read_key(struct json_source *source, const struct json_at *at,
                           const json_t *object, const struct str *before, size_t count)
{
    struct str key = json_read_text(source, at, object, "key", true);
    if (!key.ptr)
        return key;
    struct json_at place = {at, "key", 0};
    if (!rule_is_key(key))
        json_problem(source, &place,
                     "\"key\" must be lower-case letters, digits and '-'");
    for (size_t i = 0; i < count; i++)
        if (str_eq(before[i], key))
            json_problem(source, &place, "the key \"%.*s\" is there twice", STR_ARG(key));
    return key;
}

/* A list of {"key", "title", ...}: keys, titles and, where it may stand, the age. */
struct titled_list {
    struct str *keys;
    struct str *titles;
    struct slot_age *ages;
    size_t count;
};

static struct slot_age read_age(struct json_source *source, const struct json_at *at,
                                const json_t *item)
{
    struct slot_age age = {
        .months =
            json_read_int(source, at, item, "maxAgeMonths", INT_RANGE(1, AGE_MONTHS_MAX)),
        .days = json_read_int(source, at, item, "maxAgeDays", INT_RANGE(1, AGE_DAYS_MAX)),
    };
    if (age.months > 0 && age.days > 0)
        json_problem(source, at, "either \"maxAgeMonths\" or \"maxAgeDays\"");
    return age;
}

static struct titled_list read_titled(struct json_source *source,
                                      const struct json_at *slot_at, const json_t *slot,
                                      const char *member, bool with_age)
{
    const json_t *array = json_read_array(source, slot_at, slot, member, true);
    struct json_at list_at = {slot_at, member, 0};
    struct titled_list list = {.count = json_array_size(array)};
    if (list.count > ITEMS_MAX) {
        json_problem(source, &list_at, "more than %d entries", ITEMS_MAX);
        list.count = 0;
    }
    list.keys = ARENA_ARRAY(source->arena, struct str, list.count);
    list.titles = ARENA_ARRAY(source->arena, struct str, list.count);
    list.ages = ARENA_ARRAY(source->arena, struct slot_age, list.count);
    for (size_t i = 0; i < list.count; i++) {
        struct json_at at = {&list_at, NULL, i};
        const json_t *item = json_array_get(array, i);
        if (!json_check_object(source, &at, item,
                               with_age ? "key title maxAgeMonths maxAgeDays"
                                        : "key title"))
            continue;
        list.keys[i] = read_key(source, &at, item, list.keys, i);
        list.titles[i] = json_read_msgid(source, &at, item, "title", true);
        list.ages[i] = read_age(source, &at, item);
    }
    return list;
}

static bool is_media_type(struct str text)
{
    ssize_t slash = str_index(text, '/');
    if (slash <= 0 || (size_t)slash + 1 == text.len || text.len > 100)
        return false;
    for (size_t i = 0; i < text.len; i++)
        if (!strchr("abcdefghijklmnopqrstuvwxyz0123456789/.+-", text.ptr[i]))
            return false;
    return true;
}

static void read_media_types(struct json_source *source, const struct json_at *slot_at,
                             const json_t *slot, struct slot_rule *rule)
{
    const json_t *array = json_read_array(source, slot_at, slot, "mediaTypes", true);
    struct json_at list_at = {slot_at, "mediaTypes", 0};
    size_t count = json_array_size(array);
    if (count > ITEMS_MAX) {
        json_problem(source, &list_at, "more than %d entries", ITEMS_MAX);
        return;
    }
    struct str *types = ARENA_ARRAY(source->arena, struct str, count);
    for (size_t i = 0; i < count; i++) {
        const json_t *item = json_array_get(array, i);
        types[i] = json_is_string(item)
                       ? (struct str){json_string_value(item), json_string_length(item)}
                       : STR_NONE;
        if (!is_media_type(types[i]))
            json_problem(source, &(struct json_at){&list_at, NULL, i},
                         "a media type such as \"application/pdf\" is expected");
    }
    rule->media_types = types;
    rule->media_type_count = count;
}

/* ---- how many ---- */

/* A member or the whole of "number": an integer, or an expression. False if it is not there. */
static bool read_count(struct json_source *source, const struct json_at *at,
                       const json_t *object, const char *key, struct slot_number *out)
{
    if (!json_object_get(object, key))
        return false;
    if (json_is_feel(object, key))
        out->expression = json_read_feel(source, at, object, key, true);
    else
        out->constant =
            json_read_int(source, at, object, key, INT_RANGE(1, SLOT_DOCUMENTS_MAX));
    return true;
}

static void read_number(struct json_source *source, const struct json_at *slot_at,
                        const json_t *slot, struct slot_rule *rule)
{
    const json_t *number = json_object_get(slot, "number");
    struct json_at at = {slot_at, "number", 0};
    rule->min = rule->max = (struct slot_number){.constant = 1};
    if (!json_is_object(number)) {
        if (read_count(source, slot_at, slot, "number", &rule->min))
            rule->max = rule->min;
        return;
    }
    if (!json_check_object(source, &at, number, "min max"))
        return;
    bool has_min = read_count(source, &at, number, "min", &rule->min);
    if (!read_count(source, &at, number, "max", &rule->max))
        json_problem(source, &at, "\"max\" is missing");
    if (has_min && !rule->min.expression && !rule->max.expression &&
        rule->min.constant > rule->max.constant)
        json_problem(source, &at, "\"min\" is more than \"max\"");
}

/* ---- one slot ---- */

static struct str read_word(struct json_source *source, const struct json_at *at,
                            const json_t *object, const char *key, const char *words)
{
    struct str word = json_read_text(source, at, object, key, false);
    if (word.ptr && !rule_has_word(words, word))
        json_problem(source, &(struct json_at){at, key, 0}, "\"%s\" must be one of: %s",
                     key, words);
    return word;
}

static void read_conditions(struct json_source *source, const struct json_at *at,
                            const json_t *slot, struct slot_rule *rule)
{
    rule->show_if = json_read_feel(source, at, slot, "showIf", false);
    if (json_is_feel(slot, "required"))
        rule->required_if = json_read_feel(source, at, slot, "required", true);
    else
        rule->required = json_read_bool(source, at, slot, "required");
}

/* How it comes, who checks it, how long it is good. */
static void read_handling(struct json_source *source, const struct json_at *at,
                          const json_t *slot, struct slot_rule *rule)
{
    rule->original =
        str_is(read_word(source, at, slot, "form", "scan original"), "original");
    rule->correctness = str_is(
        read_word(source, at, slot, "check", "completeness correctness"), "correctness");
    rule->reuse = json_read_bool(source, at, slot, "reuse");
    rule->valid_months =
        json_read_int(source, at, slot, "validMonths", INT_RANGE(1, AGE_MONTHS_MAX));
    rule->remind_days =
        json_read_int(source, at, slot, "remindDays", INT_RANGE(1, REMIND_DAYS_MAX));
    if (rule->remind_days > 0 && rule->valid_months == 0)
        json_problem(source, &(struct json_at){at, "remindDays", 0},
                     "\"remindDays\" needs \"validMonths\"");
    if (rule->remind_days == 0)
        rule->remind_days = REMIND_DAYS;
    if (rule->original && rule->reuse)
        json_problem(source, &(struct json_at){at, "reuse", 0},
                     "an original on paper is not used again");
    rule->checked_by = json_read_text(source, at, slot, "checkedBy", true);
    if (rule->checked_by.ptr && !rule_is_key(rule->checked_by))
        json_problem(source, &(struct json_at){at, "checkedBy", 0},
                     "\"checkedBy\" must be the key of a team");
}

static void read_slot(struct json_source *source, const struct json_at *at,
                      const json_t *slot, struct slot_rule *rule)
{
    if (!json_check_object(source, at, slot,
                           "key title description required showIf number kinds "
                           "mediaTypes form check checkedBy reasons reuse validMonths "
                           "remindDays"))
        return;
    rule->key = read_key(source, at, slot, NULL, 0);
    rule->title = json_read_msgid(source, at, slot, "title", true);
    rule->description = json_read_msgid(source, at, slot, "description", false);
    struct titled_list kinds = read_titled(source, at, slot, "kinds", true);
    rule->kinds = kinds.titles;
    rule->kind_keys = kinds.keys;
    rule->kind_max_age = kinds.ages;
    rule->kind_count = kinds.count;
    struct titled_list reasons = read_titled(source, at, slot, "reasons", false);
    rule->reasons = reasons.titles;
    rule->reason_keys = reasons.keys;
    rule->reason_count = reasons.count;
    read_media_types(source, at, slot, rule);
    read_conditions(source, at, slot, rule);
    read_number(source, at, slot, rule);
    read_handling(source, at, slot, rule);
}

void slots_read(struct json_source *source, const struct json_at *at,
                const json_t *object, const struct slot_rule **slots_out,
                size_t *count_out)
{
    *slots_out = NULL;
    *count_out = 0;
    if (!json_check_object(source, at, object, "slots"))
        return;
    const json_t *array = json_read_array(source, at, object, "slots", true);
    struct json_at list_at = {at, "slots", 0};
    size_t count = json_array_size(array);
    if (count > SLOTS_MAX) {
        json_problem(source, &list_at, "more than %d slots", SLOTS_MAX);
        return;
    }
    struct slot_rule *slots = ARENA_ARRAY(source->arena, struct slot_rule, count);
    for (size_t i = 0; i < count; i++) {
        struct json_at slot_at = {&list_at, NULL, i};
        read_slot(source, &slot_at, json_array_get(array, i), &slots[i]);
        for (size_t k = 0; k < i; k++)
            if (slots[i].key.ptr && str_eq(slots[k].key, slots[i].key))
                json_problem(source, &slot_at, "the key \"%.*s\" is there twice",
                             STR_ARG(slots[i].key));
    }
    *slots_out = slots;
    *count_out = count;
}
