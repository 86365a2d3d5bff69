/* companies.c: staff look for a company. */
#include "account.h"

#include "app/people/persons.h"

struct company_line_view {
    struct str reference;
    struct str name;
    struct str url;
    const char *state;
    struct str state_class;
    int64_t people;
    bool nobody;         /**< nobody has a role: the first coordinator is to be named */
    bool no_coordinator; /**< people, but none who could manage them */
};
struct companies_view {
    struct str q;
    struct view_list lines;
    bool searched;
    struct str first_url;
    struct str next_url;
};

static const struct view_field line_fields[] = {
    VIEW_F(struct company_line_view, reference, VIEW_STR),
    VIEW_F(struct company_line_view, name, VIEW_STR),
    VIEW_F(struct company_line_view, url, VIEW_STR),
    VIEW_F(struct company_line_view, state, VIEW_MSG),
    VIEW_H(struct company_line_view, state_class, VIEW_STR),
    VIEW_F(struct company_line_view, people, VIEW_INT),
    VIEW_F(struct company_line_view, nobody, VIEW_BOOL),
    VIEW_F(struct company_line_view, no_coordinator, VIEW_BOOL),
};
static VIEW_TYPE(line_view_type, struct company_line_view, line_fields);

static const struct view_field view_fields[] = {
    VIEW_F(struct companies_view, q, VIEW_STR),
    VIEW_SUB(struct companies_view, lines, VIEW_LIST, &line_view_type),
    VIEW_H(struct companies_view, searched, VIEW_BOOL),
    VIEW_F(struct companies_view, first_url, VIEW_STR),
    VIEW_F(struct companies_view, next_url, VIEW_STR),
};
VIEW_TYPE(companies_view_type, struct companies_view, view_fields);

static const char *state_word(struct str state)
{
    return str_is(state, "active")      ? N_("Member")
           : str_is(state, "candidate") ? N_("Candidate")
           : str_is(state, "suspended") ? N_("Suspended")
                                        : N_("Ended");
}

static struct str state_class(struct str state)
{
    return str_is(state, "active")      ? STR("k-tag--done")
           : str_is(state, "candidate") ? STR("k-tag--wait")
                                        : STR("k-tag--stop");
}

enum err companies_get(struct page *page)
{
    const struct search_fields *fields = page->fields;
    struct companies_query query = {fields->q, fields->after, LIST_LINES};
    struct actor actor = page_actor(page);
    struct companies_page list;
    struct companies_view view = {.q = fields->q, .searched = fields->q.len > 0};
    struct company_line_view *lines;
    enum err err = companies_find(&actor, &query, &list);

    if (err != OK)
        return err;
    lines = ARENA_ARRAY(page->arena, struct company_line_view, list.count + 1);
    for (size_t i = 0; i < list.count; i++) {
        const struct companies_row *row = &list.rows[i];

        lines[i] = (struct company_line_view){
            .reference = row->reference,
            .name = row->name,
            .url = page_url(page, "/account/companies/%.*s", STR_ARG(row->reference)),
            .state = state_word(row->state),
            .state_class = state_class(row->state),
            .people = row->people,
            .nobody = row->people == 0,
            .no_coordinator = row->people > 0 && row->coordinators == 0,
        };
    }
    view.lines = (struct view_list){lines, list.count};
    if (fields->after)
        view.first_url = page_url(page, "/account/companies");
    if (list.more)
        view.next_url =
            page_further_url(page, "/account/companies", list.rows[list.count - 1].id);
    return page_render(page, PAGE_COMPANIES, &view);
}
