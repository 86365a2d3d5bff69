/* form_post.c: what comes back from a page with a form, and what is wrong with it in words. */
#include "web/form_view.h"

static struct str sent(const struct page *page, const char *name)
{
    const struct str *text = map_get(page_raw_fields(page), str_from(name));
    return text ? *text : STR_NONE;
}

char form_view_decimal_sign(const struct page *page)
{
    enum language language;
    if (!language_parse(sent(page, FORM_CONTROL_NUMBERS), &language))
        return '\0';
    return form_decimal_sign(language_code(language));
}

/* "100.00" -> "100,00 MWh"; a day as people write it; else a text of the definition. */
static struct str bound_text(const struct page *page, const struct definition *definition,
                             const struct form_error *error)
{
    enum language language = page->render->language;
    if (error->day != DAY_NONE)
        return locale_day(page->render->formats[language], page->arena, error->day);
    if (str_is_empty(error->args[1]) || !error->is_number)
        return str_is_empty(error->args[1])
                   ? STR_NONE
                   : definition_text(definition, language, error->args[1]);
    struct str number = form_number_shown(page->arena, error->args[1],
                                          form_decimal_sign(language_code(language)));
    if (error->field == NULL || str_is_empty(error->field->unit))
        return number;
    struct str unit = definition_text(definition, language, error->field->unit);
    return str_format(page->arena, "%.*s\u00a0%.*s", STR_ARG(number), STR_ARG(unit));
}

struct str form_view_error(const struct page *page, const struct definition *definition,
                           const struct form_error *error)
{
    const struct str args[] = {
        definition_text(definition, page->render->language, error->args[0]),
        bound_text(page, definition, error)};
    struct str sentence = page_text_fill(page, error->msgid, args, 2);
    if (error->row == 0)
        return sentence;
    const struct str of_row[] = {str_format(page->arena, "%d", error->row), sentence};
    return page_text_fill(page, N_("Entry {0}: {1}"), of_row, 2);
}

void form_view_errors(struct page *page, const struct definition *definition,
                      const struct form_result *result, const struct map *not_yet)
{
    for (size_t i = 0; i < result->error_count; i++) {
        const struct form_error *error = &result->errors[i];
        if (not_yet == NULL || !map_has(not_yet, error->key))
            page_add_error(page, error->key, form_view_error(page, definition, error));
    }
}

struct search {
    const struct page *page;
    struct map *shown; /* silent controls that the page had */
    struct map *news;
};

static void look(struct search *s, const struct form_field_now *now)
{
    bool asked = now->field->kind != FORM_PARAGRAPH && !now->readonly;
    if (asked && !map_has(s->shown, now->name) &&
        !map_has(page_raw_fields(s->page), now->name))
        map_set(s->news, now->name, s);
    for (size_t i = 0; i < now->row_count; i++)
        for (size_t k = 0; k < now->rows[i].field_count; k++)
            look(s, &now->rows[i].fields[k]);
}

const struct map *form_view_news(const struct page *page, const struct form_now *now)
{
    struct search search = {page, map_new(page->arena), map_new(page->arena)};
    struct str rest = sent(page, FORM_CONTROL_SHOWN), name;
    if (!map_has(page_raw_fields(page), STR(FORM_CONTROL_SHOWN)))
        return search.news;
    while (str_next(&rest, ' ', &name))
        map_set(search.shown, name, &search);
    for (size_t i = 0; i < now->field_count; i++)
        look(&search, &now->fields[i]);
    return search.news;
}
