#include "refusals.h"

static const struct view_field refusal_fields[] = {
    VIEW_H(struct refusal_view, id, VIEW_STR),
    VIEW_F(struct refusal_view, key, VIEW_STR),
    VIEW_F(struct refusal_view, text, VIEW_STR),
    VIEW_F(struct refusal_view, form, VIEW_STR),
    VIEW_H(struct refusal_view, form_title, VIEW_STR),
};
VIEW_TYPE(refusal_view_type, struct refusal_view, refusal_fields);

struct str refusal_id(const struct page *page, const struct submission_refusal *refusal)
{
    return str_concat(page->arena, STR("rule-"), refusal->rule->key);
}

struct str refusal_text(const struct page *page, const struct request_full *full,
                        const struct submission_refusal *refusal)
{
    struct str list =
        page->render->language == LANGUAGE_DE ? refusal->list_de : refusal->list_en;
    return i18n_fill(page->arena,
                     page_definition_text(page, full->definition, refusal->rule->text),
                     &list, 1);
}

struct view_list refusals_list(struct page *page, const struct request_full *full)
{
    struct submission_refusal *refusals;
    size_t count = request_refusals(full, page->arena, &refusals);
    struct refusal_view *items = ARENA_ARRAY(page->arena, struct refusal_view, count);
    for (size_t i = 0; i < count; i++) {
        const struct form *form = request_form(full, refusals[i].rule->form);
        items[i] = (struct refusal_view){
            .id = refusal_id(page, &refusals[i]),
            .key = refusals[i].rule->key,
            .text = refusal_text(page, full, &refusals[i]),
        };
        if (form != NULL) {
            items[i].form = form->id;
            items[i].form_title =
                page_definition_text(page, full->definition, form->title);
        }
    }
    return (struct view_list){items, count};
}
