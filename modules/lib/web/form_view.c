#include "web/form_view.h"

static const struct view_field option_fields[] = {
    VIEW_H(struct form_option_view, id, VIEW_STR),
    VIEW_H(struct form_option_view, name, VIEW_STR),
    VIEW_F(struct form_option_view, value, VIEW_STR),
    VIEW_F(struct form_option_view, label, VIEW_STR),
    VIEW_F(struct form_option_view, selected, VIEW_BOOL),
};
static VIEW_TYPE(option_type, struct form_option_view, option_fields);

/* What a field in a row and one outside have. */
#define CONTROL_FIELDS                                                                   \
    VIEW_F(struct form_field_view, key, VIEW_STR),                                       \
        VIEW_H(struct form_field_view, id, VIEW_STR),                                    \
        VIEW_F(struct form_field_view, label, VIEW_STR),                                 \
        VIEW_F(struct form_field_view, description, VIEW_STR),                           \
        VIEW_F(struct form_field_view, value, VIEW_STR),                                 \
        VIEW_F(struct form_field_view, current, VIEW_STR),                               \
        VIEW_F(struct form_field_view, other, VIEW_STR),                                 \
        VIEW_H(struct form_field_view, has_other, VIEW_BOOL),                            \
        VIEW_H(struct form_field_view, has_hint, VIEW_BOOL),                             \
        VIEW_H(struct form_field_view, described, VIEW_BOOL),                            \
        VIEW_F(struct form_field_view, error, VIEW_STR),                                 \
        VIEW_H(struct form_field_view, invalid, VIEW_STR),                               \
        VIEW_F(struct form_field_view, optional, VIEW_BOOL),                             \
        VIEW_H(struct form_field_view, is_input, VIEW_BOOL),                             \
        VIEW_H(struct form_field_view, is_textarea, VIEW_BOOL),                          \
        VIEW_H(struct form_field_view, is_select, VIEW_BOOL),                            \
        VIEW_H(struct form_field_view, is_radio, VIEW_BOOL),                             \
        VIEW_H(struct form_field_view, is_checkbox, VIEW_BOOL),                          \
        VIEW_H(struct form_field_view, is_checklist, VIEW_BOOL),                         \
        VIEW_H(struct form_field_view, is_paragraph, VIEW_BOOL),                         \
        VIEW_F(struct form_field_view, is_fixed, VIEW_BOOL),                             \
        {.name = "shown",                                                                \
         .kind = VIEW_OBJECT,                                                            \
         .offset = offsetof(struct form_field_view, shown),                              \
         .sub = &answer_view_type,                                                       \
         .html_only = true},                                                             \
        VIEW_F(struct form_field_view, checked, VIEW_BOOL),                              \
        VIEW_H(struct form_field_view, input_type, VIEW_STR),                            \
        VIEW_H(struct form_field_view, input_mode, VIEW_STR),                            \
        VIEW_H(struct form_field_view, autocomplete, VIEW_STR),                          \
        VIEW_H(struct form_field_view, width_class, VIEW_STR),                           \
        VIEW_F(struct form_field_view, unit, VIEW_STR),                                  \
        VIEW_SUB(struct form_field_view, options, VIEW_LIST, &option_type),              \
        VIEW_H(struct form_field_view, state, VIEW_STR)

static const struct view_field control_fields[] = {CONTROL_FIELDS};
static VIEW_TYPE(control_type, struct form_field_view, control_fields);

static const struct view_field row_fields[] = {
    VIEW_F(struct form_row_view, name, VIEW_STR),
    VIEW_H(struct form_row_view, id, VIEW_STR),
    VIEW_H(struct form_row_view, list, VIEW_STR),
    VIEW_F(struct form_row_view, number, VIEW_INT),
    VIEW_H(struct form_row_view, may_remove, VIEW_BOOL),
    VIEW_SUB(struct form_row_view, fields, VIEW_LIST, &control_type),
};
static VIEW_TYPE(row_type, struct form_row_view, row_fields);

static const struct view_field field_fields[] = {
    CONTROL_FIELDS,
    VIEW_H(struct form_field_view, is_list, VIEW_BOOL),
    VIEW_H(struct form_field_view, is_table, VIEW_BOOL),
    {.name = "table",
     .kind = VIEW_OBJECT,
     .offset = offsetof(struct form_field_view, table),
     .sub = &answer_table_view_type,
     .html_only = true},
    VIEW_SUB(struct form_field_view, rows, VIEW_LIST, &row_type),
    VIEW_F(struct form_field_view, may_add, VIEW_BOOL),
    VIEW_H(struct form_field_view, no_more, VIEW_BOOL),
    VIEW_F(struct form_field_view, max_rows, VIEW_INT),
};
VIEW_TYPE(form_field_view_type, struct form_field_view, field_fields);

static const struct view_field form_fields[] = {
    VIEW_SUB(struct form_view, fields, VIEW_LIST, &form_field_view_type),
    VIEW_H(struct form_view, has_lists, VIEW_BOOL),
    VIEW_H(struct form_view, shown, VIEW_STR),
    VIEW_H(struct form_view, numbers, VIEW_STR),
    VIEW_H(struct form_view, live, VIEW_BOOL),
};
VIEW_TYPE(form_view_type, struct form_view, form_fields);

struct filler {
    struct page *page;
    const struct form_page *form;
    char sign; /* how this page writes numbers */
};

static struct str text_of(const struct filler *f, struct str msgid)
{
    return str_is_empty(msgid)
               ? STR_NONE
               : definition_text(f->form->definition, f->page->render->language, msgid);
}

static struct str typed_text(const struct filler *f, const struct form_field_now *now)
{
    const json_t *value = now->value;
    struct str text = STR_NONE;
    if (json_is_string(value))
        text = (struct str){json_string_value(value), json_string_length(value)};
    else if (json_is_integer(value) || json_is_boolean(value))
        text = json_write(f->page->arena, value);
    return now->field->kind == FORM_NUMBER && !str_is_empty(text)
               ? form_number_typed(f->page->arena, text, f->sign)
               : text;
}

static struct str error_of(const struct page *page, struct str name)
{
    for (size_t i = 0; i < page->error_count; i++)
        if (str_eq(page->errors[i].name, name))
            return page->errors[i].text;
    return STR_NONE;
}

static bool is_chosen(const struct form_field_now *now, struct str option,
                      struct str value)
{
    if (now->field->kind != FORM_CHECKLIST)
        return str_eq(option, value);
    for (size_t i = 0; i < json_array_size(now->value); i++) {
        const json_t *item = json_array_get(now->value, i);
        if (json_is_string(item) &&
            str_eq(option,
                   (struct str){json_string_value(item), json_string_length(item)}))
            return true;
    }
    return false;
}

static struct view_list options_of(const struct filler *f,
                                   const struct form_field_now *now, struct str value)
{
    struct arena *arena = f->page->arena;
    struct str id = page_control_id(arena, now->name);
    struct form_option_view *items =
        ARENA_ARRAY(arena, struct form_option_view, now->option_count);
    for (size_t i = 0; i < now->option_count; i++) {
        const struct form_option *option = &now->options[i];
        items[i] = (struct form_option_view){
            .id = i == 0 ? id : str_format(arena, "%.*s-%zu", STR_ARG(id), i + 1),
            .name = now->field->kind == FORM_CHECKLIST
                        ? str_format(arena, "%.*s[%zu]", STR_ARG(now->name), i)
                        : now->name,
            .value = option->value,
            .label = answer_option_label(f->page, f->form->definition, option),
            .selected = is_chosen(now, option->value, value)};
    }
    return (struct view_list){items, now->option_count};
}

static void set_kind(const struct form_field_now *now, struct form_field_view *out)
{
    enum form_field_kind kind = now->field->kind;
    out->is_paragraph = kind == FORM_PARAGRAPH;
    out->is_fixed = now->readonly && kind != FORM_PARAGRAPH && kind != FORM_LIST;
    out->is_table = now->readonly && kind == FORM_LIST;
    if (now->readonly)
        return;
    out->is_input = kind == FORM_TEXT || kind == FORM_NUMBER || kind == FORM_DATE;
    out->is_textarea = kind == FORM_TEXTAREA;
    out->is_select = kind == FORM_SELECT;
    out->is_radio = kind == FORM_RADIO;
    out->is_checkbox = kind == FORM_CHECKBOX;
    out->is_checklist = kind == FORM_CHECKLIST;
    out->is_list = kind == FORM_LIST;
}

/* The keyboards for digits have no minus everywhere. */
static struct str input_mode(const struct form_field *field)
{
    if (field->kind != FORM_NUMBER || str_is_empty(field->min) ||
        field->min.ptr[0] == '-')
        return STR("text");
    return field->decimals > 0 ? STR("decimal") : STR("numeric");
}

static void set_input(const struct form_field *field, struct form_field_view *out)
{
    day_no day;
    /* A browser shows nothing in a date control whose value is no date: typed text is
     * kept in a text control. */
    bool date_control = field->kind == FORM_DATE &&
                        (str_is_empty(out->value) || day_parse(out->value, &day) == OK);
    out->input_type = date_control ? STR("date") : STR("text");
    if (field->kind == FORM_TEXT && !str_is_empty(field->input_type))
        out->input_type = field->input_type;
    out->input_mode = input_mode(field);
    out->autocomplete =
        str_is_empty(field->autocomplete) ? STR("on") : field->autocomplete;
    out->width_class =
        field->kind == FORM_TEXT && (field->max_length == 0 || field->max_length > 20)
            ? STR("govuk-!-width-full")
            : STR("govuk-input--width-10");
}

static void set_others(const struct filler *f, const struct form_field_now *now,
                       struct form_field_view *out)
{
    struct arena *arena = f->page->arena;
    const struct form_field *field = now->field;
    const json_t *base = NULL, *saved = NULL;
    if (f->form->world->base != NULL && !str_is_empty(field->master_data))
        base = json_object_get(f->form->world->base, str_c(arena, field->master_data));
    out->current = answer_line(f->page, f->form->definition, now, base);
    /* Of a row that somebody else changed the whole list is told. */
    if (f->form->saved == NULL || out->is_paragraph || !str_eq(field->key, now->name))
        return;
    saved = json_object_get(f->form->saved, str_c(arena, field->key));
    out->other = answer_line(f->page, f->form->definition, now, saved);
    out->has_other =
        !str_eq(out->other, answer_line(f->page, f->form->definition, now, now->value));
}

static void put_hash(uint64_t *hash, struct str text)
{
    for (size_t i = 0; i <= text.len; i++)
        *hash = (*hash ^ (i < text.len ? (unsigned char)text.ptr[i] : 0xffU)) *
                UINT64_C(1099511628211);
}

/* FNV-1a of everything that answers elsewhere on the page can change. */
static struct str state_of(const struct filler *f, const struct form_field_view *view,
                           size_t row_count)
{
    uint64_t hash = UINT64_C(14695981039346656037);
    const struct form_option_view *options = view->options.items;
    put_hash(&hash, view->is_fixed || view->is_table ? STR("fixed") : STR("asked"));
    put_hash(&hash, view->label);
    put_hash(&hash, str_format(f->page->arena, "%zu", row_count));
    if (view->is_fixed)
        put_hash(&hash, view->shown.value);
    for (size_t i = 0; i < view->options.count; i++) {
        put_hash(&hash, options[i].value);
        put_hash(&hash, options[i].label);
    }
    return str_format(f->page->arena, "%016llx", (unsigned long long)hash);
}

/* The rows of a list that is shown and not asked, as answers are stored. */
static const json_t *rows_value(const struct filler *f, const struct form_field_now *list)
{
    json_t *holder = json_new_object(f->page->arena), *rows = json_array();
    (void)json_object_set_new(holder, "rows", rows);
    for (size_t i = 0; i < list->row_count; i++) {
        json_t *row = json_object();
        for (size_t k = 0; k < list->rows[i].field_count; k++) {
            const struct form_field_now *now = &list->rows[i].fields[k];
            if (now->value != NULL)
                (void)json_object_set_new(row, str_c(f->page->arena, now->field->key),
                                          json_deep_copy(now->value));
        }
        (void)json_array_append_new(rows, row);
    }
    return rows;
}

/* A text has no name of its own; the script wants to know which one it is. */
static struct str text_name(const struct filler *f, const struct form_field *field)
{
    const struct form *form = f->form->now->form;
    return str_format(f->page->arena, "kontor-text-%td",
                      field >= form->fields && field < form->fields + form->field_count
                          ? field - form->fields
                          : 0);
}

static struct form_field_view control_of(const struct filler *f,
                                         const struct form_field_now *now)
{
    struct page *page = f->page;
    const struct form_field *field = now->field;
    struct form_field_view view = {
        .key = now->name,
        .id = page_control_id(page->arena, now->name),
        .label = text_of(f, field->label),
        .description = text_of(f, field->description),
        .value = typed_text(f, now),
        .error = error_of(page, now->name),
        .optional = !field->required && field->kind != FORM_PARAGRAPH && !now->readonly &&
                    (field->kind != FORM_LIST || field->min_rows == 0),
        .unit = text_of(f, field->unit),
    };
    set_kind(now, &view);
    set_others(f, now, &view);
    set_input(field, &view);
    view.checked = view.is_checkbox && str_is(view.value, "true");
    view.options = options_of(f, now, view.value);
    view.invalid = str_is_empty(view.error) ? STR("false") : STR("true");
    view.has_hint =
        !str_is_empty(view.description) || !str_is_empty(view.current) || view.has_other;
    view.described =
        view.has_hint || !str_is_empty(view.error) || !str_is_empty(view.unit);
    if (view.is_paragraph)
        view.key = view.id = text_name(f, field);
    if (view.is_table)
        view.table = answer_table(page, f->form->definition, now, rows_value(f, now));
    if (view.is_fixed)
        view.shown = answer_view_of(page, f->form->definition, now, now->value);
    view.state = state_of(f, &view, now->row_count);
    return view;
}

static struct view_list rows_of(const struct filler *f, const struct form_field_now *list)
{
    struct arena *arena = f->page->arena;
    bool may_remove =
        !list->field->fixed_rows && (int64_t)list->row_count > list->field->min_rows;
    struct form_row_view *rows =
        ARENA_ARRAY(arena, struct form_row_view, list->row_count);
    for (size_t i = 0; i < list->row_count; i++) {
        const struct form_row_now *row = &list->rows[i];
        struct form_field_view *fields =
            ARENA_ARRAY(arena, struct form_field_view, row->field_count);
        for (size_t k = 0; k < row->field_count; k++)
            fields[k] = control_of(f, &row->fields[k]);
        struct str name = str_format(arena, "%.*s[%zu]", STR_ARG(list->name), i);
        rows[i] = (struct form_row_view){.name = name,
                                         .id = page_control_id(arena, name),
                                         .list = text_of(f, list->field->label),
                                         .number = (int64_t)i + 1,
                                         .may_remove = may_remove,
                                         .fields = {fields, row->field_count}};
    }
    return (struct view_list){rows, list->row_count};
}

static bool field_is_live(const struct form_field *field)
{
    for (size_t i = 0; i < field->field_count; i++)
        if (field_is_live(&field->fields[i]))
            return true;
    return field->hide || field->options_expression || field->readonly_if ||
           field->prefill;
}

/* Controls that send nothing while nothing is chosen; of all others the sent name says that they were shown. */
static void put_silent(struct buf *names, const struct form_field_now *now)
{
    enum form_field_kind kind = now->field->kind;
    if (now->readonly || (kind != FORM_RADIO && kind != FORM_CHECKBOX &&
                          kind != FORM_CHECKLIST && kind != FORM_LIST))
        return;
    buf_put_c(names, buf_str(names).len > 0 ? " " : "");
    buf_put(names, now->name);
    for (size_t i = 0; i < now->row_count; i++)
        for (size_t k = 0; k < now->rows[i].field_count; k++)
            put_silent(names, &now->rows[i].fields[k]);
}

void form_view_fill(struct page *page, const struct form_page *form,
                    struct form_view *out)
{
    const char *language = language_code(page->render->language);
    const struct filler f = {
        .page = page,
        .form = form,
        /* Programs get numbers as they are stored. */
        .sign = page->http->wants_json ? '\0' : form_decimal_sign(language)};
    struct buf silent = buf_init(page->arena, 65536);
    struct form_field_view *fields =
        ARENA_ARRAY(page->arena, struct form_field_view, form->now->field_count);
    for (size_t i = 0; i < form->now->field_count; i++) {
        const struct form_field_now *now = &form->now->fields[i];
        fields[i] = control_of(&f, now);
        put_silent(&silent, now);
        if (!fields[i].is_list)
            continue;
        fields[i].rows = rows_of(&f, now);
        fields[i].max_rows = now->field->max_rows;
        fields[i].no_more =
            !now->field->fixed_rows && (int64_t)now->row_count >= now->field->max_rows;
        fields[i].may_add = !now->field->fixed_rows && !fields[i].no_more;
    }
    *out = (struct form_view){.fields = {fields, form->now->field_count},
                              .shown = buf_str(&silent),
                              .numbers = str_from(language)};
    for (size_t i = 0; i < form->now->field_count; i++)
        out->has_lists = out->has_lists || fields[i].is_list;
    for (size_t i = 0; i < form->now->form->field_count; i++)
        out->live = out->live || field_is_live(&form->now->form->fields[i]);
}
