/* The customers' pages: every template fits its view; what people typed stays text; what a person
 * may not do is not offered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../../modules/requests/common.c"
#include "../../../modules/requests/summary.c"
#include "../../../modules/requests/start.c"
#include "../../../modules/requests/new.c"
#include "../../../modules/requests/draft.c"
#include "../../../modules/requests/slot.c"
#include "../../../modules/requests/status.c"
#include "../../../modules/requests/end.c"
#include "../../../modules/requests/confirmation.c"
#include "../../../modules/requests/company.c"
#include "../../../modules/requests/check.c"
#define render render_answers
#include "../../../modules/requests/answers.c"
#undef render
#include "web/frame.h"

#define HOSTILE      "<b>\"'&"
#define HOSTILE_HTML "&lt;b&gt;&quot;&#39;&amp;"

static struct arena *arena;
static struct template_set *set;
static struct render_context context;
static const struct frame_view frame = {.language = STR("en"),
                                        .prefix = STR("/portal/"),
                                        .site_name = STR("Kontor"),
                                        .csrf_token = STR("TOKEN"),
                                        .is_en = true,
                                        .signed_in = true,
                                        .is_customer = true};

/* A catalogue with nothing but its header: every text stays English. */
static void empty_catalogue(const char *path)
{
    static const char header[] = "Content-Type: text/plain; charset=UTF-8\n"
                                 "Plural-Forms: nplurals=2; plural=(n != 1);\n";
    const uint32_t head[] = {0x950412deu, 0,  1,
                             28,          36, 0,
                             44, /* tables: msgid, msgstr */
                             0,           44, sizeof header - 1,
                             45};
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(head, sizeof head, 1, file), 1);
    assert_int_equal(fwrite("", 1, 1, file), 1); /* the header's msgid */
    assert_int_equal(fwrite(header, sizeof header, 1, file), 1);
    fclose(file);
}

static int group_setup(void **state)
{
    (void)state;
    char dir[] = "/tmp/kontor-pages-XXXXXX";
    struct i18n *i18n;
    struct locale_formats *formats;
    arena = arena_new((size_t)32 << 20);
    assert_non_null(mkdtemp(dir));
    const char *path = str_format(arena, "%s/de.mo", dir).ptr;
    empty_catalogue(path);
    assert_int_equal(i18n_open(arena, dir, &i18n), OK);
    unlink(path);
    rmdir(dir);
    assert_int_equal(locale_formats_new(arena, "en", &formats), OK);
    context = (struct render_context){.i18n = i18n,
                                      .formats = {formats, formats},
                                      .language = LANGUAGE_EN,
                                      .zone = STR("Europe/Berlin")};
    assert_int_equal(template_set_new(arena, "templates", &frame_view_type, &set), OK);
    return 0;
}

static int group_teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static const char *html_of(const char *name, const struct view_type *type,
                           const void *view)
{
    const struct template *tpl;
    struct buf out = buf_init(arena, 1 << 20);
    if (template_compile(set, name, type, &tpl) != OK)
        fail_msg("%s", err_text());
    template_render(tpl, &context, &frame, view, &out);
    assert_int_equal(buf_check(&out), OK);
    return str_c(arena, buf_str(&out));
}

static void every_template_fits_its_view(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const struct view_type *type;
    } pages[] = {
        {"pages/requests/start.html", &start_view_type},
        {"pages/requests/new.html", &new_view_type},
        {"pages/requests/open_already.html", &open_already_view_type},
        {"pages/requests/draft.html", &draft_view_type},
        {"pages/requests/answers.html", &answers_view_type},
        {"pages/requests/slot.html", &slot_view_type},
        {"pages/requests/check.html", &check_view_type},
        {"pages/requests/receipt.html", &receipt_view_type},
        {"pages/requests/status.html", &status_view_type},
        {"pages/requests/end.html", &end_view_type},
        {"pages/requests/confirmation.html", &confirmation_view_type},
        {"pages/requests/company.html", &company_view_type},
    };
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        /* All zero: absent text, empty lists. The day and instant 0 are 1970 and harmless. */
        const void *view = arena_alloc(arena, pages[i].type->size_bytes);
        assert_non_null(strstr(html_of(pages[i].name, pages[i].type, view), "</html>"));
    }
}

static void an_empty_start_page_says_what_to_do(void **state)
{
    (void)state;
    const struct start_action_view action = {STR("change"), "Make change", "Change data"};
    struct start_view view = {.actions = {&action, 1}, .has_actions = true};
    const char *html = html_of("pages/requests/start.html", &start_view_type, &view);
    assert_non_null(strstr(html, "Your company has no requests yet."));
    assert_non_null(strstr(html, "href=\"/portal/requests/new/change\""));
    view = (struct start_view){0};
    html = html_of("pages/requests/start.html", &start_view_type, &view);
    assert_null(strstr(html, "requests/new/"));
    assert_non_null(strstr(html, "You may look at requests but not start them."));
}

static void the_list_says_who_works_and_what_is_open(void **state)
{
    (void)state;
    const struct start_request_view requests[] = {
        {.reference = STR("R-AAAA-0001"),
         .title = STR(HOSTILE),
         .state_label = "Waiting for you",
         .tag_class = STR("k-tag--wait"),
         .departments = STR("Compliance, IT"),
         .since_at = 0,
         .changed_at = 0,
         .open_items = 1,
         .unread = 2},
    };
    const struct start_view view = {.requests = {requests, 1}, .has_requests = true};
    const char *html = html_of("pages/requests/start.html", &start_view_type, &view);
    assert_non_null(strstr(html, HOSTILE_HTML));
    assert_null(strstr(html, HOSTILE));
    assert_non_null(strstr(html, "Compliance, IT"));
    assert_non_null(strstr(html, "1 open question<"));
    assert_non_null(strstr(html, "2 new messages<"));
}

static void a_question_page_keeps_what_was_typed(void **state)
{
    (void)state;
    const struct form_field_view fields[] = {
        {.key = STR("boats[0].quay"),
         .id = STR("boats-0-quay"),
         .label = STR("Quay"),
         .value = STR(HOSTILE),
         .current = STR("West"),
         .has_hint = true,
         .described = true,
         .other = STR("North"),
         .has_other = true,
         .error = STR("Enter a quay."),
         .invalid = STR("true"),
         .is_input = true,
         .input_type = STR("text"),
         .input_mode = STR("text"),
         .autocomplete = STR("on"),
         .width_class = STR("x")},
    };
    const struct answers_view view = {.reference = STR("R-AAAA-0001"),
                                      .form_id = STR("crane"),
                                      .seen = STR("abc"),
                                      .stale = true,
                                      .form = {.fields = {fields, 1}}};
    const char *html = html_of("pages/requests/answers.html", &answers_view_type, &view);
    assert_non_null(strstr(html, "value=\"" HOSTILE_HTML "\""));
    assert_non_null(strstr(html, "name=\"boats[0].quay\""));
    assert_non_null(strstr(html, "Currently: West"));
    assert_non_null(strstr(html, "Saved meanwhile: North"));
    assert_non_null(
        strstr(html, "aria-describedby=\"boats-0-quay-hint boats-0-quay-error\""));
    assert_non_null(strstr(html, "id=\"boats-0-quay-error\""));
    assert_non_null(strstr(html, "name=\"csrf\" value=\"TOKEN\""));
}

static void a_conversation_is_text(void **state)
{
    (void)state;
    const struct message_view messages[] = {
        {.author = STR(HOSTILE), .body = STR(HOSTILE), .css_class = STR("k-message")}};
    struct status_view view = {.reference = STR("R-AAAA-0001"),
                               .messages = {messages, 1},
                               .has_messages = true,
                               .ended_at = INSTANT_NONE,
                               .effective_date = DAY_NONE};
    const char *html = html_of("pages/requests/status.html", &status_view_type, &view);
    assert_non_null(strstr(html, HOSTILE_HTML));
    assert_null(strstr(html, HOSTILE));
    assert_null(
        strstr(html, "<form class=\"k-no-print\"")); /* readonly: no message box */
    assert_null(strstr(html, "/withdraw"));
    view.may_message = view.may_withdraw = true;
    html = html_of("pages/requests/status.html", &status_view_type, &view);
    assert_non_null(strstr(html, "action=\"/portal/requests/R-AAAA-0001/messages\""));
    assert_non_null(strstr(html, "/portal/requests/R-AAAA-0001/withdraw"));
    assert_non_null(strstr(html, "data-live"));
}

static void json_has_the_data_and_no_form_keys(void **state)
{
    (void)state;
    const struct status_view view = {.reference = STR("R-AAAA-0001"),
                                     .form_key = STR("SECRETKEY"),
                                     .effective_date = 1,
                                     .ended_at = INSTANT_NONE};
    struct buf out = buf_init(arena, 1 << 16);
    view_write_json(&status_view_type, &view, &context, &out);
    const char *json = str_c(arena, buf_str(&out));
    assert_null(strstr(json, "SECRETKEY"));
    assert_non_null(strstr(json, "\"reference\":\"R-AAAA-0001\""));
    assert_non_null(strstr(json, "\"effective_date\":\"1970-01-02\""));
}

static void cursors_are_two_numbers(void **state)
{
    (void)state;
    struct request_cursor cursor = {0};
    assert_true(cursor_parse(STR("1795305600000000-17"), &cursor));
    assert_int_equal(cursor.id, 17);
    static const char *const wrong[] = {"", "1", "1-", "-1-2", "x-1", "1-x", "1-2-3"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_false(cursor_parse(str_from(wrong[i]), &cursor));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_template_fits_its_view),
        cmocka_unit_test(an_empty_start_page_says_what_to_do),
        cmocka_unit_test(the_list_says_who_works_and_what_is_open),
        cmocka_unit_test(a_question_page_keeps_what_was_typed),
        cmocka_unit_test(a_conversation_is_text),
        cmocka_unit_test(json_has_the_data_and_no_form_keys),
        cmocka_unit_test(cursors_are_two_numbers),
    };
    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
