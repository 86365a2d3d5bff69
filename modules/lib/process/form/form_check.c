#include "process/form/form_check.h"

#include "formats/locale.h"
#include "text/i18n.h"
#include "process/form/day_bound.h"
#include "process/form/form_number.h"
#include "process/form/form_posted.h"
#include "process/definition/json_own.h"
#include "process/form/pattern.h"

/* The sentences. {0} is the label of the field, {1} a bound. */
static const char ENTER[] = N_("Enter “{0}”.");
static const char CHOOSE[] = N_("Choose an answer for “{0}”.");
static const char CONFIRM[] = N_("Confirm “{0}”.");
static const char NOT_OFFERED[] = N_("Choose one of the offered answers for “{0}”.");
static const char TOO_FEW_CHOICES[] = N_("Choose at least {1} answers for “{0}”.");
static const char TOO_MANY_CHOICES[] = N_("Choose at most {1} answers for “{0}”.");
static const char NOT_TEXT[] =
    N_("“{0}” contains bytes that are not text. Type it again.");
static const char CONTROL[] =
    N_("“{0}” contains a control character. Remove it or type it again.");
static const char TOO_LONG[] = N_("“{0}” must have at most {1} characters.");
static const char TOO_SHORT[] = N_("“{0}” must have at least {1} characters.");
static const char FORMAT[] = N_("“{0}” does not have the expected format: {1}.");
static const char NO_MAIL[] =
    N_("Enter “{0}” as an e-mail address, for example name@example.org.");
static const char NO_PHONE[] =
    N_("Enter “{0}” as a telephone number, for example +49 30 123456.");
static const char NO_NUMBER[] = N_("“{0}” must be a whole number of at most 15 digits.");
static const char NO_DECIMAL[] =
    N_("Enter “{0}” as a number with at most {1} digits behind the decimal sign.");
static const char WANTS_COMMA[] =
    N_("Type “{0}” with a comma as the decimal sign, for example 1.234,50.");
static const char WANTS_POINT[] =
    N_("Type “{0}” with a point as the decimal sign, for example 1,234.50.");
static const char AMBIGUOUS[] = N_("“{0}” can be read as two different numbers. Type it "
                                   "without signs between the thousands.");
static const char TOO_LOW[] = N_("“{0}” must be {1} or more.");
static const char TOO_HIGH[] = N_("“{0}” must be {1} or less.");
static const char NO_STEP[] = N_("“{0}” must be a multiple of {1}.");
static const char NO_DAY[] = N_("Enter “{0}” as a date with day, month and year.");
static const char TOO_EARLY[] = N_("“{0}” must be {1} or later.");
static const char TOO_LATE[] = N_("“{0}” must be {1} or earlier.");

/* Loose on purpose: what no address and no number can be is refused, nothing else. */
#define MAIL_PATTERN  "[^\\s@<>,;]{1,64}@[^\\s@<>,;.]+(\\.[^\\s@<>,;.]+)+"
#define PHONE_PATTERN "\\+?[0-9](?:[ ()/-]*[0-9]){4,19}"
#define MAIL_MAX      254

static struct form_error *add_error(struct form_check *c, const char *msgid)
{
    struct form_error *error = VEC_PUSH(c->errors, struct form_error);

    *error = (struct form_error){.key = c->name,
                                 .field = c->field,
                                 .msgid = msgid,
                                 .args = {c->field->label, STR_NONE},
                                 .day = DAY_NONE,
                                 .row = c->row};
    c->failed = true;
    return error;
}

void form_fail(struct form_check *c, const char *msgid)
{
    (void)add_error(c, msgid);
}

void form_fail_count(struct form_check *c, const char *msgid, int64_t bound)
{
    add_error(c, msgid)->args[1] = str_format(c->arena, "%lld", (long long)bound);
}

static void fail_number(struct form_check *c, const char *msgid, struct str bound)
{
    struct form_error *error = add_error(c, msgid);

    error->args[1] = bound;
    error->is_number = true;
}

static void fail_day(struct form_check *c, const char *msgid, day_no bound)
{
    struct form_error *error = add_error(c, msgid);

    error->args[1] = day_format_iso(c->arena, bound);
    error->day = bound;
}

static void set_value(struct form_check *c, json_t *value)
{
    c->value = json_own(c->arena, value);
}

/* ---- text ---- */

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

/* The answer as text; false (and an error, an empty value) if it is none. */
static bool read_text(struct form_check *c, const json_t *raw, struct str *out)
{
    *out = STR("");
    if (!raw || json_is_null(raw))
        return true;
    if (json_is_string(raw))
        *out = json_str(raw);
    else if (json_is_integer(raw))
        *out = json_write(c->arena, raw);
    if ((json_is_string(raw) || json_is_integer(raw)) &&
        out->len <= FORM_ANSWER_BYTES_MAX && str_is_utf8(*out))
        return true;
    form_fail(c, NOT_TEXT);
    return false;
}

/* As it will be stored: trimmed, NFC; false after an error. */
static bool clean_text(struct form_check *c, struct str raw, struct str *out)
{
    bool lines = c->field->kind == FORM_TEXTAREA;

    *out = locale_nfc(c->arena, str_trim(lines ? unix_lines(c->arena, raw) : raw));
    if (out->len > 0)
        set_value(c, json_text(*out));
    if (!has_control(*out, lines))
        return true;
    form_fail(c, CONTROL);
    return false;
}

static void check_text(struct form_check *c, struct str text)
{
    const struct form_field *field = c->field;
    int64_t fallback = field->kind == FORM_TEXTAREA ? FORM_TEXTAREA_MAX : FORM_TEXT_MAX;
    int64_t max = field->max_length ? field->max_length : fallback;
    int64_t length = (int64_t)str_utf8_length(text);

    if (length > max)
        form_fail_count(c, TOO_LONG, max);
    else if (length < field->min_length)
        form_fail_count(c, TOO_SHORT, field->min_length);
    else if (field->pattern.ptr && !pattern_matches(c->arena, field->pattern, text))
        add_error(c, FORMAT)->args[1] = field->pattern_text;
    else if (str_is(field->input_type, "email") &&
             (text.len > MAIL_MAX || !pattern_matches(c->arena, STR(MAIL_PATTERN), text)))
        form_fail(c, NO_MAIL);
    else if (str_is(field->input_type, "tel") &&
             !pattern_matches(c->arena, STR(PHONE_PATTERN), text))
        form_fail(c, NO_PHONE);
}

/* ---- numbers and days ---- */

/* Whole multiple? Exact: the operands have at most 24 digits. */
static bool is_multiple(struct feel_number number, struct str step)
{
    struct feel_number divisor, rest;

    return !number_parse(step, &divisor) || !number_modulo(number, divisor, &rest) ||
           number_compare(rest, number_from_i64(0)) == 0;
}

static void check_number_bounds(struct form_check *c, struct str stored)
{
    const struct form_field *field = c->field;
    struct feel_number number, bound;

    if (!number_parse(stored, &number))
        bug("a read number is none: %.*s", STR_ARG(stored));
    if (field->min.ptr && number_parse(field->min, &bound) &&
        number_compare(number, bound) < 0)
        fail_number(c, TOO_LOW, field->min);
    else if (field->max.ptr && number_parse(field->max, &bound) &&
             number_compare(number, bound) > 0)
        fail_number(c, TOO_HIGH, field->max);
    else if (field->step.ptr && !is_multiple(number, field->step))
        fail_number(c, NO_STEP, field->step);
}

static void check_number(struct form_check *c, struct str text)
{
    int decimals = c->field->decimals;
    struct str stored, canonical;

    switch (form_number_read(c->arena, text, decimals, c->decimal_sign, &stored)) {
    case FORM_NUMBER_OK:
        c->value = form_number_json(c->arena, c->field, stored);
        check_number_bounds(c, stored);
        return;
    case FORM_NUMBER_SIGN:
        form_fail(c, c->decimal_sign == ',' ? WANTS_COMMA : WANTS_POINT);
        break;
    case FORM_NUMBER_AMBIGUOUS:
        form_fail(c, AMBIGUOUS);
        break;
    case FORM_NUMBER_NONE:
        if (decimals == 0)
            form_fail(c, NO_NUMBER);
        else
            form_fail_count(c, NO_DECIMAL, decimals);
        break;
    }
    /* What was refused must not be read as a number when it comes back as a stored answer: a stored
     * number has no blank before it. */
    if (c->decimal_sign && form_number_read(c->arena, text, FORM_NUMBER_DECIMALS, '\0',
                                            &canonical) == FORM_NUMBER_OK)
        set_value(c, json_text(str_concat(c->arena, STR(" "), text)));
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

/* DAY_NONE where there is no bound. */
static day_no bound_of(const struct form_check *c, struct str bound)
{
    day_no day;

    return bound.ptr && day_bound(bound, c->scope->world->today, &day) == OK ? day
                                                                             : DAY_NONE;
}

static void check_day(struct form_check *c, struct str text)
{
    day_no min = bound_of(c, c->field->min), max = bound_of(c, c->field->max), day;

    if (read_day(c->arena, text, &day) != OK) {
        form_fail(c, NO_DAY);
        return;
    }
    set_value(c, json_text(day_format_iso(c->arena, day)));
    if (min != DAY_NONE && day < min)
        fail_day(c, TOO_EARLY, min);
    else if (max != DAY_NONE && day > max)
        fail_day(c, TOO_LATE, max);
}

/* ---- choices ---- */

static void check_choice(struct form_check *c, struct str text)
{
    const struct form_option *options;
    size_t count = form_scope_options(c->scope, c->field, &options);

    for (size_t i = 0; i < count; i++)
        if (str_eq(options[i].value, text))
            return;
    form_fail(c, NOT_OFFERED);
}

static bool has_text(const json_t *list, struct str text)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *item = json_array_get(list, i);
        if (json_is_string(item) && str_eq(json_str(item), text))
            return true;
    }
    return false;
}

static void check_checklist(struct form_check *c, const json_t *raw)
{
    const struct form_option *options;
    size_t count = form_scope_options(c->scope, c->field, &options);
    int64_t chosen = 0;
    bool all_offered = !raw || json_is_null(raw) || json_is_array(raw);

    set_value(c, json_array());
    for (size_t i = 0; i < count; i++)
        if (has_text(raw, options[i].value)) {
            json_array_append_new(c->value, json_text(options[i].value));
            chosen++;
        }
    for (size_t i = 0; i < json_array_size(raw); i++) {
        const json_t *item = json_array_get(raw, i);
        all_offered =
            all_offered && json_is_string(item) && has_text(c->value, json_str(item));
    }
    if (!all_offered)
        form_fail(c, NOT_OFFERED);
    else if (chosen == 0 && (c->field->required || c->field->min_rows == 1))
        form_fail(c, CHOOSE);
    else if (chosen < c->field->min_rows && (chosen > 0 || c->field->required))
        form_fail_count(c, TOO_FEW_CHOICES, c->field->min_rows);
    else if (c->field->max_rows > 0 && chosen > c->field->max_rows)
        form_fail_count(c, TOO_MANY_CHOICES, c->field->max_rows);
}

static void check_checkbox(struct form_check *c, const json_t *raw)
{
    set_value(c, json_boolean(json_is_true(raw)));
    if (c->field->required && !json_is_true(raw))
        form_fail(c, CONFIRM);
}

void form_check_answer(struct form_check *c, const json_t *raw)
{
    enum form_field_kind kind = c->field->kind;
    struct str read, text;

    c->value = json_null();
    if (kind == FORM_CHECKBOX) {
        check_checkbox(c, raw);
        return;
    }
    if (kind == FORM_CHECKLIST) {
        check_checklist(c, raw);
        return;
    }
    if (!read_text(c, raw, &read) || !clean_text(c, read, &text))
        return;
    if (text.len == 0) {
        if (c->field->required)
            form_fail(c, kind == FORM_SELECT || kind == FORM_RADIO ? CHOOSE : ENTER);
    } else if (kind == FORM_TEXT || kind == FORM_TEXTAREA) {
        check_text(c, text);
    } else if (kind == FORM_NUMBER) {
        /* Untrimmed when it was stored: see check_number(). */
        check_number(c, c->decimal_sign ? text : read);
    } else if (kind == FORM_DATE) {
        check_day(c, text);
    } else {
        check_choice(c, text);
    }
}
