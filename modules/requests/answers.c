/* answers.c: one question group: show it, save it. */
#include "requests.h"

#include "web/form_view.h"
#include "app/request/request_answers.h"
#include "app/request/request_world.h"
#include "answers_view.h"
#include "draft.h"

/* Names of our own controls beside those of web/form_view.h. */
#define CONTROL_SEEN  "kontor-seen"
#define CONTROL_LATER "kontor-later"

static const struct view_field answers_fields[] = {
    VIEW_F(struct answers_view, reference, VIEW_STR),
    VIEW_F(struct answers_view, title, VIEW_STR),
    VIEW_F(struct answers_view, form_id, VIEW_STR),
    VIEW_F(struct answers_view, form_title, VIEW_STR),
    VIEW_F(struct answers_view, seen, VIEW_STR),
    VIEW_F(struct answers_view, stale, VIEW_BOOL),
    /* For programs the fields are the page's own. */
    {.name = "fields",
     .kind = VIEW_LIST,
     .offset = offsetof(struct answers_view, form.fields),
     .sub = &form_field_view_type},
    {.name = "form",
     .kind = VIEW_OBJECT,
     .offset = offsetof(struct answers_view, form),
     .sub = &form_view_type,
     .html_only = true},
};
VIEW_TYPE(answers_view_type, struct answers_view, answers_fields);

/* What one rendering of the page shows. */
struct question_page {
    const struct request_full *full;
    const struct form_now *now;
    const struct form_world *world;
    bool stale;
};

static enum err render(struct page *page, const struct question_page *q)
{
    const struct definition *definition = q->full->definition;
    const struct form *form = q->now->form;
    const struct form_page shown = {
        .definition = definition,
        .now = q->now,
        .world = q->world,
        .saved = q->stale ? q->full->answers : NULL,
    };
    struct answers_view view = {
        .reference = q->full->row.reference,
        .title = page_definition_text(page, definition, definition->title),
        .form_id = form->id,
        .form_title = page_definition_text(page, definition, form->title),
        .seen = request_form_fingerprint(q->full, page->arena, form),
        .stale = q->stale,
    };
    form_view_fill(page, &shown, &view.form);
    return page_render(page, PAGE_ANSWERS, &view);
}

static struct str page_address(const struct page *page)
{
    return page_url(page, "/requests/%.*s/answers/%.*s",
                    STR_ARG(page_param(page, "reference")),
                    STR_ARG(page_param(page, "form")));
}

/* The page for what is stored, or for what was typed (posted) but is not to be stored yet. */
static enum err show_group(struct page *page, const struct map *posted)
{
    struct request_full full;
    enum err err = page_request(page, &full);
    if (err != OK)
        return err;
    const struct form *form = request_form(&full, page_param(page, "form"));
    if (form == NULL)
        return ERR_NOT_FOUND;
    if (full.state != REQUEST_DRAFT)
        return page_redirect(
            page, page_url(page, "/requests/%.*s", STR_ARG(full.row.reference)));
    struct form_world world = request_world(&full, page->arena);
    struct form_result typed = {.values = full.answers};
    if (posted != NULL) {
        world.decimal_sign = form_view_decimal_sign(page);
        typed.values = form_typed(page->arena, form, posted, &world);
    }
    struct form_now now = form_resolve(page->arena, form, &world, typed.values);
    const struct question_page q = {.full = &full, .now = &now, .world = &world};
    return render(page, &q);
}

enum err answers_get(struct page *page)
{
    return show_group(page, NULL);
}

static struct str posted(const struct map *fields, struct str name)
{
    const struct str *value = map_get(fields, name);
    return value ? *value : STR_NONE;
}

/* All errors are about questions that the page did not ask. */
static bool only_news(const struct answers_result *result, const struct map *news)
{
    for (size_t i = 0; i < result->checked.error_count; i++)
        if (!map_has(news, result->checked.errors[i].key))
            return false;
    return true;
}

static enum err to_more_questions(struct page *page)
{
    page_warning(page,
                 N_("Your answers are saved. They lead to further questions on this "
                    "page."));
    return page_redirect(page, page_address(page));
}

/* A row was added or removed: the page again, at the new row or at the list. */
static enum err to_rows(struct page *page, const struct answers_input *input,
                        const struct answers_result *result)
{
    const struct form_field_now *list = form_now_find(&result->now, input->add);
    struct str row = posted(input->posted, STR(FORM_CONTROL_REMOVE)), name = input->add;
    if (list != NULL && list->row_count > 0)
        name = str_format(page->arena, "%.*s[%zu]", STR_ARG(input->add),
                          list->row_count - 1);
    else if (str_next(&row, '[', &name) && str_is_empty(name))
        name = STR_NONE;
    return page_redirect(page,
                         str_format(page->arena, "%.*s#%.*s", STR_ARG(page_address(page)),
                                    STR_ARG(page_control_id(page->arena, name))));
}

static enum err saved(struct page *page, const struct answers_input *input,
                      const struct answers_result *result)
{
    const struct map *news = form_view_news(page, &result->now);
    if (!str_is_empty(input->add) || !str_is_empty(input->remove))
        return to_rows(page, input, result);
    if (input->later) {
        page_notice(page, N_("Your answers are saved. You can go on at any time."));
        return page_redirect(page,
                             page_url(page, "/requests/%.*s", STR_ARG(input->reference)));
    }
    if (map_count(news) > 0)
        return to_more_questions(page);
    return page_redirect(page, draft_next_url(page, &result->full, result->form, NULL));
}

enum err answers_post(struct page *page)
{
    const struct actor actor = page_actor(page);
    const struct map *fields = page_raw_fields(page);
    struct answers_input input = {
        .reference = page_param(page, "reference"),
        .form_id = page_param(page, "form"),
        .posted = fields,
        .seen = posted(fields, STR(CONTROL_SEEN)),
        .later = map_has(fields, STR(CONTROL_LATER)),
        .decimal_sign = form_view_decimal_sign(page),
        .add = posted(fields, STR(FORM_CONTROL_ADD)),
        .remove = posted(fields, STR(FORM_CONTROL_REMOVE)),
    };
    struct answers_result result;
    if (map_has(fields, STR(FORM_CONTROL_REFRESH)))
        return show_group(page, fields);
    enum err err = request_answers_save(&actor, page_env(page), &input, &result);
    if (err != OK)
        return err;
    const struct map *news = form_view_news(page, &result.now);
    if (result.outcome == ANSWERS_INVALID && map_count(news) > 0 &&
        only_news(&result, news)) {
        /* Nobody could answer what was not asked: what was typed is kept, and the page asks. */
        input.later = true;
        err = request_answers_save(&actor, page_env(page), &input, &result);
        if (err == OK && result.outcome == ANSWERS_SAVED)
            return to_more_questions(page);
        if (err != OK)
            return err;
    }
    const struct question_page q = {.full = &result.full,
                                    .now = &result.now,
                                    .world = &result.world,
                                    .stale = result.outcome == ANSWERS_STALE};
    switch (result.outcome) {
    case ANSWERS_STALE:
        page_status(page, 409);
        return render(page, &q);
    case ANSWERS_INVALID:
        form_view_errors(page, result.full.definition, &result.checked, news);
        return render(page, &q);
    case ANSWERS_SAVED:
        break;
    }
    return saved(page, &input, &result);
}
