/* A form as a page: every component of types/fleet-register as controls, in both languages; which questions are news;
 * answers as people read them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "web/answers_view.h"
#include "web/exchange.h"
#include "web/form_view.h"

#define TYPE "tests/integration/types/fleet-register/"

struct fixture {
    struct arena *arena;
    const struct definition *definition;
    struct web_exchange exchange;
    struct render_context render;
    struct http http;
    json_t *answers;
    json_t *base;
    json_t *facts;
};

static struct str read_file(struct arena *arena, const char *name)
{
    char *bytes = arena_alloc(arena, 65536);
    FILE *file = fopen(str_format(arena, TYPE "%s", name).ptr, "rb");
    assert_non_null(file);
    size_t len = fread(bytes, 1, 65536, file);
    fclose(file);
    return (struct str){bytes, len};
}

static void problem(void *context, struct str file, int line, struct str reason)
{
    (void)context;
    fail_msg("%.*s:%d: %.*s", STR_ARG(file), line, STR_ARG(reason));
}

static json_t *json(struct arena *arena, const char *text)
{
    json_t *value;
    assert_int_equal(json_parse(arena, str_from(text), &value), OK);
    return value;
}

static int setup(void **state)
{
    static const char *const names[] = {"process.bpmn", "fleet.form", "boats.form",
                                        "charter.form", "de.po"};
    struct arena *arena = arena_new((size_t)32 << 20);
    struct fixture *f = ARENA_NEW(arena, struct fixture);
    struct definition_file files[5];
    struct definition *definition;
    struct str compiled;
    for (size_t i = 0; i < 5; i++)
        files[i] =
            (struct definition_file){str_from(names[i]), read_file(arena, names[i])};
    assert_int_equal(definition_compile(arena, STR("fleet-register"), files, 5, problem,
                                        NULL, &compiled),
                     OK);
    assert_int_equal(definition_load(arena, compiled, &definition), OK);
    f->arena = arena;
    f->definition = definition;
    f->base = json(arena, "{\"address.city\": \"Kiel\"}");
    f->facts = json(arena, "{\"company\": {\"name\": \"Föhr & Söhne\"}}");
    f->answers = json(
        arena, "{\"homePort\": \"Husum\", \"insuredSum\": \"1250000.50\", \"ownership\": "
               "\"chartered\", \"flag\": \"NL\", \"cargo\": [\"grain\", \"people\"], "
               "\"boats\": [{\"boatName\": \"Adler\", \"length\": \"12.5\", \"kind\": "
               "\"cutter\", \"engine\": true, \"power\": 90}, {\"boatName\": \"<b>\"}]}");
    for (enum language l = 0; l < LANGUAGE_COUNT; l++) {
        struct locale_formats *formats;
        assert_int_equal(locale_formats_new(arena, language_code(l), &formats), OK);
        f->render.formats[l] = formats;
    }
    struct i18n *i18n;
    assert_int_equal(i18n_open(arena, "build/catalogues", &i18n), OK);
    f->render.i18n = i18n;
    f->render.zone = STR("Europe/Berlin");
    f->exchange.body = map_new(arena);
    f->exchange.page = (struct page){
        .arena = arena, .http = &f->http, .render = &f->render, .exchange = &f->exchange};
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    struct arena *arena = f->arena;
    arena_free(&arena);
    return 0;
}

static struct form_world world_of(struct fixture *f)
{
    const struct request_facts facts = {.answers = f->answers,
                                        .base = f->base,
                                        .facts = f->facts,
                                        .today = 20000,
                                        .submitted_at = INSTANT_NONE,
                                        .effective_on = DAY_NONE};
    return (struct form_world){.context = values_context(f->arena, f->definition, &facts),
                               .base = f->base,
                               .today = 20000};
}

static struct form_view view_of(struct fixture *f, size_t form)
{
    const struct form_world world = world_of(f);
    const struct form_now now =
        form_resolve(f->arena, &f->definition->forms[form], &world, f->answers);
    const struct form_page shown = {f->definition, &now, &world, NULL};
    struct form_view view;
    form_view_fill(&f->exchange.page, &shown, &view);
    return view;
}

static const struct form_field_view *field(const struct view_list *list, const char *key)
{
    const struct form_field_view *items = list->items;
    for (size_t i = 0; i < list->count; i++)
        if (str_is(items[i].key, key))
            return &items[i];
    return NULL;
}

#define IS(text, wanted) assert_string_equal(str_c(f->arena, (text)), (wanted))

static void controls_hold_what_is_stored(void **state)
{
    struct fixture *f = *state;
    f->render.language = LANGUAGE_DE;
    struct form_view view = view_of(f, 0);
    const struct form_field_view *sum = field(&view.fields, "insuredSum");
    IS(sum->value, "1250000,50");
    IS(sum->unit, "Euro");
    assert_true(sum->is_input && sum->described && !sum->has_hint);
    IS(view.numbers, "de");
    assert_true(view.live && !view.has_lists);
    IS(view.shown, "ownership cargo");
    const struct form_field_view *owner = field(&view.fields, "ownerName");
    assert_true(owner->is_fixed && !owner->is_input);
    IS(owner->shown.value, "Föhr & Söhne");
    IS(field(&view.fields, "homePort")->current, "Kiel");
    const struct form_field_view *flag = field(&view.fields, "flag");
    const struct form_option_view *options = flag->options.items;
    assert_int_equal(flag->options.count, 2);
    IS(options[0].label, "Niederlande");
    assert_true(options[0].selected && !options[1].selected);
    const struct form_option_view *cargo = field(&view.fields, "cargo")->options.items;
    IS(cargo[0].id, "cargo");
    IS(cargo[2].id, "cargo-3");
    IS(cargo[2].name, "cargo[2]");
    assert_true(cargo[0].selected && !cargo[1].selected && cargo[2].selected);
    /* Programs get numbers as they are stored, whatever language they read. */
    f->http.wants_json = true;
    view = view_of(f, 0);
    IS(field(&view.fields, "insuredSum")->value, "1250000.50");
}

static void what_depends_on_answers_has_another_state(void **state)
{
    struct fixture *f = *state;
    struct form_view before = view_of(f, 0);
    assert_non_null(field(&before.fields, "charteredUntil"));
    json_set_str(f->answers, "ownership", STR("owned"));
    struct form_view after = view_of(f, 0);
    assert_null(field(&after.fields, "charteredUntil"));
    assert_false(str_eq(field(&before.fields, "flag")->state,
                        field(&after.fields, "flag")->state));
    assert_true(str_eq(field(&before.fields, "homePort")->state,
                       field(&after.fields, "homePort")->state));
    json_set_str(f->answers, "homePort", STR("Bremen"));
    after = view_of(f, 0);
    assert_true(
        str_eq(field(&before.fields, "homePort")->state,
               field(&after.fields, "homePort")->state)); /* typed text is no state */
}

static void rows_have_names_ids_and_errors_of_their_own(void **state)
{
    struct fixture *f = *state;
    struct page *page = &f->exchange.page;
    f->render.language = LANGUAGE_DE;
    const struct form_world world = world_of(f);
    struct form_result result;
    form_validate_values(f->arena, &f->definition->forms[1], f->answers, &world, &result);
    form_view_errors(page, f->definition, &result, NULL);
    assert_int_equal(page->error_count, 2);
    IS(page->errors[0].name, "boats[1].length");
    IS(page->errors[0].anchor, "boats-1-length");
    IS(page->errors[0].text, "Eintrag 2: Geben Sie „Länge“ an.");
    struct form_view view = view_of(f, 1);
    const struct form_field_view *list = field(&view.fields, "boats");
    const struct form_row_view *rows = list->rows.items;
    assert_true(list->is_list && list->may_add && !list->no_more && view.has_lists);
    assert_int_equal(list->rows.count, 2);
    assert_true(rows[0].may_remove);
    IS(rows[1].name, "boats[1]");
    assert_non_null(field(&rows[0].fields, "boats[0].power"));
    assert_null(field(&rows[1].fields, "boats[1].power"));
    const struct form_field_view *length = field(&rows[1].fields, "boats[1].length");
    IS(length->id, "boats-1-length");
    IS(length->invalid, "true");
    IS(field(&rows[0].fields, "boats[0].length")->invalid, "false");
    IS(view.shown, "boats boats[0].engine boats[1].engine");
}

static void post(struct fixture *f, const char *name, const char *value)
{
    struct str *text = ARENA_NEW(f->arena, struct str);
    *text = str_from(value);
    map_set(f->exchange.body, str_from(name), text);
}

static void news_is_what_the_page_did_not_ask(void **state)
{
    struct fixture *f = *state;
    struct page *page = &f->exchange.page;
    const struct form_world world = world_of(f);
    const struct form_now now =
        form_resolve(f->arena, &f->definition->forms[0], &world, f->answers);
    /* A program says what it wants to say: nothing is news to it. */
    assert_int_equal(map_count(form_view_news(page, &now)), 0);
    assert_int_equal(form_view_decimal_sign(page), '\0');
    post(f, FORM_CONTROL_NUMBERS, "de");
    assert_int_equal(form_view_decimal_sign(page), ',');
    post(f, FORM_CONTROL_SHOWN, "ownership cargo");
    post(f, "homePort", "");
    post(f, "insuredSum", "1");
    post(f, "flag", "");
    const struct map *news = form_view_news(page, &now);
    assert_int_equal(map_count(news), 2);
    assert_true(map_has(news, STR("charteredUntil")) && map_has(news, STR("safety")));
    const struct form_error error = {.key = STR("safety"),
                                     .msgid = "Enter “{0}”.",
                                     .args = {STR("Life-saving equipment")},
                                     .day = DAY_NONE};
    struct form_error errors[] = {error};
    const struct form_result result = {.errors = errors, .error_count = 1};
    form_view_errors(page, f->definition, &result, news);
    assert_int_equal(page->error_count, 0);
}

static void answers_are_read_alike(void **state)
{
    struct fixture *f = *state;
    struct page *page = &f->exchange.page;
    f->render.language = LANGUAGE_DE;
    const struct request_facts facts = {.answers = f->answers,
                                        .base = f->base,
                                        .facts = f->facts,
                                        .today = 20000,
                                        .submitted_at = INSTANT_NONE,
                                        .effective_on = DAY_NONE};
    struct view_list list = answers_groups(page, f->definition, &facts);
    const struct answer_group_view *groups = list.items;
    assert_int_equal(list.count, 3);
    const struct answer_view *answers = groups[0].answers.items;
    IS(answers[1].value, "Husum");
    IS(answers[1].old_value, "Kiel");
    assert_true(answers[1].has_old && answers[1].changed);
    IS(answers[2].value, "1.250.000,50\u00a0Euro");
    assert_int_equal(groups[1].tables.count, 1);
    const struct answer_table_view *table = groups[1].tables.items;
    const struct answer_row_view *rows = table->rows.items;
    assert_int_equal(table->columns.count, 5);
    const struct answer_view *cells = rows[0].cells.items;
    IS(rows[1].id, "boats-1");
    IS(cells[1].value, "12,5\u00a0m");
    IS(cells[2].value, "Kutter");
    IS(cells[3].value, "Ja");
    cells = rows[1].cells.items;
    assert_true(str_is_empty(cells[4].value)); /* no engine: nothing asked */
    const struct form_field *boats = &f->definition->forms[1].fields[0];
    IS(answer_line_of_text(page, f->definition, NULL, boats,
                           STR("[{\"boatName\":\"Adler\",\"length\":\"12.5\"},{}]")),
       "Name des Bootes: Adler, Länge: 12,5\u00a0m; –");
    const struct form_field *cargo = &f->definition->forms[0].fields[7];
    IS(answer_line_of_text(page, f->definition, NULL, cargo,
                           STR("[\"grain\",\"people\"]")),
       "Getreide, Menschen");
    IS(answer_line_of_text(page, f->definition, NULL, cargo, STR("no list")), "no list");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(controls_hold_what_is_stored, setup, teardown),
        cmocka_unit_test_setup_teardown(what_depends_on_answers_has_another_state, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(rows_have_names_ids_and_errors_of_their_own,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(news_is_what_the_page_did_not_ask, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(answers_are_read_alike, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
