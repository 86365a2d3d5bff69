#include "process/form.h"

#include "base/vec.h"
#include "formats/locale.h"
#include "text/i18n.h"
#include "process/day_bound.h"
#include "process/json_own.h"
#include "process/pattern.h"

/* A value longer than this is refused before anything else looks at it. */
#define ANSWER_BYTES_MAX 65536
#define NUMBER_MAX       INT64_C(999999999999999)

/* The sentences. {0} is the label of the field, {1} a bound. */
static const char ENTER[] = N_("Enter “{0}”.");
static const char CHOOSE[] = N_("Choose an answer for “{0}”.");
static const char CONFIRM[] = N_("Confirm “{0}”.");
static const char NOT_OFFERED[] = N_("Choose one of the offered answers for “{0}”.");
static const char NOT_TEXT[] =
    N_("“{0}” contains bytes that are not text. Type it again.");
static const char CONTROL[] =
    N_("“{0}” contains a control character. Remove it or type it again.");
static const char TOO_LONG[] = N_("“{0}” must have at most {1} characters.");
static const char TOO_SHORT[] = N_("“{0}” must have at least {1} characters.");
static const char FORMAT[] = N_("“{0}” does not have the expected format: {1}.");
static const char NO_NUMBER[] = N_("“{0}” must be a whole number of at most 15 digits.");
static const char TOO_LOW[] = N_("“{0}” must be {1} or more.");
static const char TOO_HIGH[] = N_("“{0}” must be {1} or less.");
static const char NO_DAY[] = N_("Enter “{0}” as a date with day, month and year.");
static const char TOO_EARLY[] = N_("“{0}” must be {1} or later.");
static const char TOO_LATE[] = N_("“{0}” must be {1} or earlier.");

struct validation {
    struct arena *arena;
    day_no today;
    json_t *values;
    struct vec errors;
};

static void add_error(struct validation *v, const struct form_field *field,
                      const char *msgid, struct str bound, day_no day)
{
    *VEC_PUSH(&v->errors, struct form_error) =
        (struct form_error){.key = field->key,
                            .field = field,
                            .msgid = msgid,
                            .args = {field->label, bound},
                            .day = day};
}

static void fail(struct validation *v, const struct form_field *field, const char *msgid)
{
    add_error(v, field, msgid, STR_NONE, DAY_NONE);
}

static void fail_bound(struct validation *v, const struct form_field *field,
                       const char *msgid, int64_t bound)
{
    add_error(v, field, msgid, str_format(v->arena, "%lld", (long long)bound), DAY_NONE);
}

static void fail_day(struct validation *v, const struct form_field *field,
                     const char *msgid, day_no bound)
{
    add_error(v, field, msgid, day_format_iso(v->arena, bound), bound);
}

static void set_value(struct validation *v, struct str key, json_t *value)
{
    json_object_setn_new(v->values, key.ptr, key.len, value);
}

/* C0 and C1 controls and DEL; a text area keeps line ends and tabs. */
static bool has_control(struct str text, bool lines)
{
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.ptr[i];
        bool allowed = lines && (c == '\n' || c == '\t');
        if ((c < 0x20 && !allowed) || c == 0x7f)
            return true;
        if (c == 0xc2 && i + 1 < text.len && (unsigned char)text.ptr[i + 1] < 0xa0)
            return true;
    }
    return false;
}

/* Browsers send CR LF for a line end, some programs CR alone. */
static struct str unix_lines(struct arena *arena, struct str text)
{
    char *clean = arena_alloc(arena, text.len + 1);
    size_t used = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != '\r')
            clean[used++] = text.ptr[i];
        else if (i + 1 == text.len || text.ptr[i + 1] != '\n')
            clean[used++] = '\n';
    }
    return (struct str){clean, used};
}

/* The posted text as it will be stored: false (and an error, an empty value) if it is no text. */
static bool clean_text(struct validation *v, const struct form_field *field,
                       struct str raw, struct str *out)
{
    if (raw.len > ANSWER_BYTES_MAX || !str_is_utf8(raw)) {
        set_value(v, field->key, json_null());
        fail(v, field, NOT_TEXT);
        return false;
    }
    if (field->kind == FORM_TEXTAREA)
        raw = unix_lines(v->arena, raw);
    *out = locale_nfc(v->arena, str_trim(raw));
    set_value(v, field->key, out->len > 0 ? json_text(*out) : json_null());
    if (!has_control(*out, field->kind == FORM_TEXTAREA))
        return true;
    fail(v, field, CONTROL);
    return false;
}

static void check_text(struct validation *v, const struct form_field *field,
                       struct str text)
{
    int64_t fallback = field->kind == FORM_TEXTAREA ? FORM_TEXTAREA_MAX : FORM_TEXT_MAX;
    int64_t max = field->max_length ? field->max_length : fallback;
    int64_t length = (int64_t)str_utf8_length(text);
    if (length > max)
        fail_bound(v, field, TOO_LONG, max);
    else if (length < field->min_length)
        fail_bound(v, field, TOO_SHORT, field->min_length);
    else if (field->pattern.ptr && !pattern_matches(v->arena, field->pattern, text))
        add_error(v, field, FORMAT, field->pattern_text, DAY_NONE);
}

static void check_number(struct validation *v, const struct form_field *field,
                         struct str text)
{
    int64_t number, bound;
    if (str_to_i64(text, &number) != OK || number > NUMBER_MAX || number < -NUMBER_MAX) {
        fail(v, field, NO_NUMBER);
        return;
    }
    set_value(v, field->key, json_integer(number));
    if (field->min.ptr && str_to_i64(field->min, &bound) == OK && number < bound)
        fail_bound(v, field, TOO_LOW, bound);
    else if (field->max.ptr && str_to_i64(field->max, &bound) == OK && number > bound)
        fail_bound(v, field, TOO_HIGH, bound);
}

/* 2026-11-30, 30.11.2026 or 30/11/2026; day and month may have one digit. */
static enum err read_day(struct arena *arena, struct str text, day_no *out)
{
    if (day_parse(text, out) == OK)
        return OK;
    char separator = str_index(text, '.') >= 0 ? '.' : '/';
    struct str rest = text, part[3];
    for (int i = 0; i < 3; i++) {
        if (!str_next(&rest, separator, &part[i]))
            return ERR_INPUT;
        part[i] = str_trim(part[i]);
    }
    if (rest.ptr || part[0].len > 2 || part[1].len > 2 || part[2].len != 4)
        return ERR_INPUT;
    struct str iso = str_format(arena, "%.*s-%s%.*s-%s%.*s", STR_ARG(part[2]),
                                part[1].len == 1 ? "0" : "", STR_ARG(part[1]),
                                part[0].len == 1 ? "0" : "", STR_ARG(part[0]));
    return day_parse(iso, out);
}

void form_day_bounds(const struct form_field *field, day_no today, day_no *min_out,
                     day_no *max_out)
{
    *min_out = DAY_NONE;
    *max_out = DAY_NONE;
    if (field->kind != FORM_DATE)
        return;
    if (!field->min.ptr || day_bound(field->min, today, min_out) != OK)
        *min_out = DAY_NONE;
    if (!field->max.ptr || day_bound(field->max, today, max_out) != OK)
        *max_out = DAY_NONE;
}

static void check_day(struct validation *v, const struct form_field *field,
                      struct str text)
{
    day_no day, min, max;
    if (read_day(v->arena, text, &day) != OK) {
        fail(v, field, NO_DAY);
        return;
    }
    set_value(v, field->key, json_text(day_format_iso(v->arena, day)));
    form_day_bounds(field, v->today, &min, &max);
    if (min != DAY_NONE && day < min)
        fail_day(v, field, TOO_EARLY, min);
    else if (max != DAY_NONE && day > max)
        fail_day(v, field, TOO_LATE, max);
}

static void check_choice(struct validation *v, const struct form_field *field,
                         struct str text)
{
    for (size_t i = 0; i < field->option_count; i++)
        if (str_eq(field->options[i].value, text))
            return;
    fail(v, field, NOT_OFFERED);
}

static bool is_choice(const struct form_field *field)
{
    return field->kind == FORM_SELECT || field->kind == FORM_RADIO;
}

static void check_checkbox(struct validation *v, const struct form_field *field,
                           struct str raw)
{
    bool ticked = str_is(raw, "true") || str_is(raw, "on") || str_is(raw, "1");
    set_value(v, field->key, json_boolean(ticked));
    if (field->required && !ticked)
        fail(v, field, CONFIRM);
}

static void check_field(struct validation *v, const struct form_field *field,
                        struct str raw)
{
    struct str text;
    if (field->kind == FORM_CHECKBOX) {
        check_checkbox(v, field, raw);
        return;
    }
    if (!clean_text(v, field, raw, &text))
        return;
    if (text.len == 0) {
        if (field->required)
            fail(v, field, is_choice(field) ? CHOOSE : ENTER);
        return;
    }
    switch (field->kind) {
    case FORM_TEXT:
    case FORM_TEXTAREA:
        check_text(v, field, text);
        break;
    case FORM_NUMBER:
        check_number(v, field, text);
        break;
    case FORM_DATE:
        check_day(v, field, text);
        break;
    case FORM_SELECT:
    case FORM_RADIO:
        check_choice(v, field, text);
        break;
    case FORM_CHECKBOX:
    case FORM_CHECKLIST:
    case FORM_LIST:
    case FORM_PARAGRAPH:
        break;
    }
}

void form_validate(struct arena *arena, const struct form *form, const struct map *posted,
                   const struct form_world *world, struct form_result *out)
{
    struct validation v = {.arena = arena,
                           .today = world->today,
                           .values = json_new_object(arena),
                           .errors = VEC_INIT(arena, struct form_error)};
    for (size_t i = 0; i < form->field_count; i++) {
        const struct form_field *field = &form->fields[i];
        if (field->kind == FORM_PARAGRAPH)
            continue;
        const struct str *raw = map_get(posted, field->key);
        check_field(&v, field, raw ? *raw : STR_NONE);
    }
    *out = (struct form_result){v.values, v.errors.items, v.errors.count};
}

static struct str stored_text(struct arena *arena, const json_t *value)
{
    if (json_is_string(value))
        return (struct str){json_string_value(value), json_string_length(value)};
    if (json_is_integer(value))
        return str_format(arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    return json_is_true(value) ? STR("true") : STR_NONE;
}

void form_validate_values(struct arena *arena, const struct form *form,
                          const json_t *values, const struct form_world *world,
                          struct form_result *out)
{
    struct map *posted = map_new(arena);
    for (size_t i = 0; i < form->field_count; i++) {
        struct str key = form->fields[i].key;
        const json_t *value = key.ptr ? json_object_getn(values, key.ptr, key.len) : NULL;
        if (!value)
            continue;
        struct str *text = ARENA_NEW(arena, struct str);
        *text = stored_text(arena, value);
        map_set(posted, key, text);
    }
    form_validate(arena, form, posted, world, out);
}
