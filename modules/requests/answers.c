/* answers.c: one question group: show it, save it. */
#include "requests.h"

#include "answers_view.h"
#include "app/request_answers.h"
#include "draft.h"
#include "summary.h"

/* Names of our own controls; a form field of a definition cannot have a dot-free twin of
 * them. */
#define CONTROL_SEEN  "kontor-seen"
#define CONTROL_LATER "kontor-later"

static const struct view_field option_fields[] = {
    VIEW_H(struct option_view, id, VIEW_STR),
    VIEW_F(struct option_view, value, VIEW_STR),
    VIEW_F(struct option_view, label, VIEW_STR),
    VIEW_F(struct option_view, selected, VIEW_BOOL),
};
static VIEW_TYPE(option_type, struct option_view, option_fields);

static const struct view_field field_fields[] = {
    VIEW_F(struct field_view, key, VIEW_STR),
    VIEW_F(struct field_view, label, VIEW_STR),
    VIEW_F(struct field_view, description, VIEW_STR),
    VIEW_F(struct field_view, value, VIEW_STR),
    VIEW_F(struct field_view, current, VIEW_STR),
    VIEW_H(struct field_view, is_known, VIEW_BOOL),
    VIEW_F(struct field_view, other, VIEW_STR),
    VIEW_H(struct field_view, has_other, VIEW_BOOL),
    VIEW_F(struct field_view, error, VIEW_STR),
    VIEW_H(struct field_view, invalid, VIEW_STR),
    VIEW_F(struct field_view, optional, VIEW_BOOL),
    VIEW_H(struct field_view, is_input, VIEW_BOOL),
    VIEW_H(struct field_view, is_textarea, VIEW_BOOL),
    VIEW_H(struct field_view, is_select, VIEW_BOOL),
    VIEW_H(struct field_view, is_radio, VIEW_BOOL),
    VIEW_H(struct field_view, is_checkbox, VIEW_BOOL),
    VIEW_H(struct field_view, is_paragraph, VIEW_BOOL),
    VIEW_F(struct field_view, checked, VIEW_BOOL),
    VIEW_H(struct field_view, input_type, VIEW_STR),
    VIEW_H(struct field_view, input_mode, VIEW_STR),
    VIEW_H(struct field_view, autocomplete, VIEW_STR),
    VIEW_H(struct field_view, width_class, VIEW_STR),
    VIEW_SUB(struct field_view, options, VIEW_LIST, &option_type),
};
static VIEW_TYPE(field_type, struct field_view, field_fields);

static const struct view_field answers_fields[] = {
    VIEW_F(struct answers_view, reference, VIEW_STR),
    VIEW_F(struct answers_view, title, VIEW_STR),
    VIEW_F(struct answers_view, form_id, VIEW_STR),
    VIEW_F(struct answers_view, form_title, VIEW_STR),
    VIEW_F(struct answers_view, seen, VIEW_STR),
    VIEW_F(struct answers_view, stale, VIEW_BOOL),
    VIEW_SUB(struct answers_view, fields, VIEW_LIST, &field_type),
};
VIEW_TYPE(answers_view_type, struct answers_view, answers_fields);

/* What one rendering of the page shows. */
struct question_page {
    const struct request_full *full;
    const struct form *form;
    const json_t *typed; /**< what was posted; NULL = what is stored, else master data */
    bool stale;
};

static struct view_list options_of(const struct page *page, const struct question_page *q,
                                   const struct form_field *field, struct str value)
{
    struct option_view *items =
        ARENA_ARRAY(page->arena, struct option_view, field->option_count);
    for (size_t i = 0; i < field->option_count; i++) {
        const struct form_option *option = &field->options[i];
        items[i] = (struct option_view){
            .id = i == 0
                      ? field->key
                      : str_format(page->arena, "%.*s-%zu", STR_ARG(field->key), i + 1),
            .value = option->value,
            .label = page_definition_text(page, q->full->definition, option->label),
            .selected = str_eq(option->value, value)};
    }
    return (struct view_list){items, field->option_count};
}

static struct str error_of(const struct page *page, struct str key)
{
    for (size_t i = 0; i < page->error_count; i++) {
        if (str_eq(page->errors[i].name, key))
            return page->errors[i].text;
    }
    return STR_NONE;
}

static struct str shown_value(struct page *page, const struct question_page *q,
                              const struct form_field *field)
{
    if (q->typed != NULL)
        return answer_text(page->arena,
                           json_object_get(q->typed, str_c(page->arena, field->key)));
    /* Answered (even with nothing) beats prefilled. */
    if (json_object_get(q->full->answers, str_c(page->arena, field->key)) != NULL)
        return request_answer(q->full, page->arena, field);
    return request_base_value(q->full, field);
}

static struct field_view show_field(struct page *page, const struct question_page *q,
                                    const struct form_field *field)
{
    const struct definition *definition = q->full->definition;
    struct str value = shown_value(page, q, field);
    struct str base = request_base_value(q->full, field);
    struct str error = error_of(page, field->key);
    struct str stored = request_answer(q->full, page->arena, field);
    day_no day;
    /* A browser shows nothing in a date control whose value is no date: typed text is
     * kept in a text control. */
    bool date_control =
        field->kind == FORM_DATE && (str_is_empty(value) || day_parse(value, &day) == OK);
    bool is_input = field->kind == FORM_TEXT || field->kind == FORM_NUMBER ||
                    field->kind == FORM_DATE;
    return (struct field_view){
        .key = field->key,
        .label = page_definition_text(page, definition, field->label),
        .description = page_definition_text(page, definition, field->description),
        .value = value,
        .current = field_value_text(page, definition, field, base),
        .is_known = !str_is_empty(base),
        .other = field_value_text(page, definition, field, stored),
        .has_other = q->stale && field->kind != FORM_PARAGRAPH && !str_eq(stored, value),
        .error = error,
        .invalid = str_is_empty(error) ? STR("false") : STR("true"),
        .optional = !field->required && field->kind != FORM_PARAGRAPH,
        .is_input = is_input,
        .is_textarea = field->kind == FORM_TEXTAREA,
        .is_select = field->kind == FORM_SELECT,
        .is_radio = field->kind == FORM_RADIO,
        .is_checkbox = field->kind == FORM_CHECKBOX,
        .is_paragraph = field->kind == FORM_PARAGRAPH,
        .checked = str_is(value, "true"),
        .input_type = date_control ? STR("date") : STR("text"),
        .input_mode = field->kind == FORM_NUMBER ? STR("numeric") : STR("text"),
        .autocomplete =
            str_is_empty(field->autocomplete) ? STR("on") : field->autocomplete,
        .width_class =
            field->kind == FORM_TEXT && (field->max_length == 0 || field->max_length > 20)
                ? STR("govuk-!-width-full")
                : STR("govuk-input--width-10"),
        .options = options_of(page, q, field, value),
    };
}

static enum err render(struct page *page, const struct question_page *q)
{
    const struct definition *definition = q->full->definition;
    struct field_view *items =
        ARENA_ARRAY(page->arena, struct field_view, q->form->field_count);
    for (size_t i = 0; i < q->form->field_count; i++)
        items[i] = show_field(page, q, &q->form->fields[i]);
    const struct answers_view view = {
        .reference = q->full->row.reference,
        .title = page_definition_text(page, definition, definition->title),
        .form_id = q->form->id,
        .form_title = page_definition_text(page, definition, q->form->title),
        .seen = request_form_fingerprint(q->full, page->arena, q->form),
        .stale = q->stale,
        .fields = {items, q->form->field_count},
    };
    return page_render(page, PAGE_ANSWERS, &view);
}

enum err answers_get(struct page *page)
{
    struct request_full full;
    enum err err = page_request(page, &full);
    if (err != OK)
        return err;
    const struct question_page q = {
        .full = &full, .form = request_form(&full, page_param(page, "form"))};
    if (q.form == NULL)
        return ERR_NOT_FOUND;
    if (full.state != REQUEST_DRAFT)
        return page_redirect(
            page, page_url(page, "/requests/%.*s", STR_ARG(full.row.reference)));
    return render(page, &q);
}

static void add_errors(struct page *page, const struct answers_result *result)
{
    for (size_t i = 0; i < result->checked.error_count; i++) {
        const struct form_error *error = &result->checked.errors[i];
        const struct str args[] = {
            page_definition_text(page, result->full.definition, error->args[0]),
            error->day != DAY_NONE
                ? page_day(page, error->day)
                : page_definition_text(page, result->full.definition, error->args[1])};
        page_add_error(page, error->key, page_text_fill(page, error->msgid, args, 2));
    }
}

static struct str posted(const struct map *fields, struct str name)
{
    const struct str *value = map_get(fields, name);
    return value ? *value : STR_NONE;
}

enum err answers_post(struct page *page)
{
    const struct actor actor = page_actor(page);
    const struct map *fields = page_raw_fields(page);
    const struct answers_input input = {
        .reference = page_param(page, "reference"),
        .form_id = page_param(page, "form"),
        .posted = fields,
        .seen = posted(fields, STR(CONTROL_SEEN)),
        .later = map_has(fields, STR(CONTROL_LATER)),
    };
    struct answers_result result;
    enum err err = request_answers_save(&actor, page_env(page), &input, &result);
    if (err != OK)
        return err;
    const struct question_page q = {.full = &result.full,
                                    .form = result.form,
                                    .typed = result.checked.values,
                                    .stale = result.outcome == ANSWERS_STALE};
    switch (result.outcome) {
    case ANSWERS_STALE:
        page_status(page, 409);
        return render(page, &q);
    case ANSWERS_INVALID:
        add_errors(page, &result);
        return render(page, &q);
    case ANSWERS_SAVED:
        break;
    }
    if (input.later) {
        page_notice(page, N_("Your answers are saved. You can go on at any time."));
        return page_redirect(page,
                             page_url(page, "/requests/%.*s", STR_ARG(input.reference)));
    }
    return page_redirect(page, draft_next_url(page, &result.full, result.form, NULL));
}
