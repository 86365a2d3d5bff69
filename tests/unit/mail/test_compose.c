#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mail/compose.h"

/* The real templates, in English: no catalogue is needed, but two (empty) ones must open. */
static struct arena *arena;
static struct mail_composer *composer;

static int setup(void **state)
{
    (void)state;
    char dir[] = "/tmp/kontor-mo-XXXXXX";
    arena = arena_new((size_t)64 << 20);
    struct i18n *i18n = NULL;
    if (mkdtemp(dir) == NULL) {
        return 1;
    }
    /* GNU .mo with one entry: the empty msgid is the header */
    static const char text[] = "Content-Type: text/plain; charset=UTF-8\n"
                               "Plural-Forms: nplurals=2; plural=(n != 1);\n";
    const uint32_t head[11] = {0x950412DE,       0, 1, 28, 36, 0, 44, 0, 44,
                               sizeof(text) - 1, 45};
    const char *path = str_format(arena, "%s/de.mo", dir).ptr;
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        return 1;
    }
    (void)fwrite(head, 1, sizeof(head), file);
    (void)fwrite("", 1, 1, file);
    (void)fwrite(text, 1, sizeof(text), file);
    fclose(file);
    enum err err = i18n_open(arena, dir, &i18n);
    (void)unlink(path);
    (void)rmdir(dir);
    if (err == OK) {
        err = mail_composer_new(arena, "templates", i18n, &composer);
    }
    if (err != OK) {
        print_error("%s\n", err_text());
    }
    return err != OK;
}
static int teardown(void **state)
{
    (void)state;
    arena_free(&arena);
    return 0;
}

static struct mail_header header(void)
{
    return (struct mail_header){
        .outbox_id = 7,
        .unique_key = STR("R-7K2M-9QXD:received:1"),
        .root_key = STR("R-7K2M-9QXD"),
        .host = STR("portal.example.org"),
        .sender = STR("kontor@example.org"),
        .sender_name = STR("Kontor"),
        .recipient = STR("applicant@example.org"),
        .date = INT64_C(1763776800) * US_PER_S,
    };
}

static struct mail_view view(void)
{
    return (struct mail_view){
        .reference = STR("R-7K2M-9QXD"),
        .request_type = STR("Change of address"),
        .company = STR("S\xC3\xBC"
                       "dwerk"),
        .url = STR("https://portal.example.org/requests/R-7K2M-9QXD"),
        .site_name = STR("Kontor"),
    };
}

static const char *compose(const char *name, const struct mail_view *v,
                           const struct mail_header *h)
{
    struct str bytes = STR_NONE;
    err_clear();
    enum err err =
        mail_compose(composer, arena, str_from(name), LANGUAGE_EN, v, h, &bytes);
    if (err != OK) {
        print_error("%s: %s\n", name, err_text());
    }
    assert_int_equal(err, OK);
    return bytes.ptr;
}

static void headers_are_those_of_an_automatic_mail(void **state)
{
    (void)state;
    struct mail_view v = view();
    struct mail_header h = header();
    const char *mail = compose("request-received", &v, &h);
    assert_non_null(
        strstr(mail, "Subject: We have received your request R-7K2M-9QXD\r\n"));
    assert_non_null(strstr(mail, "From: Kontor <kontor@example.org>\r\n"));
    assert_non_null(strstr(mail, "To: applicant@example.org\r\n"));
    assert_non_null(strstr(mail, "Auto-Submitted: auto-generated\r\n"));
    assert_non_null(strstr(mail, "List-Id: <kontor.portal.example.org>\r\n"));
    assert_non_null(
        strstr(mail, "References: <kontor.request.R-7K2M-9QXD@portal.example.org>\r\n"));
    assert_non_null(strstr(mail, "Date: Sat, 22 Nov 2025 02:00:00 +0000\r\n"));
    assert_non_null(strstr(mail, "charset=utf-8"));
    assert_non_null(strstr(mail, "Content-Transfer-Encoding: quoted-printable\r\n"));
    assert_non_null(strstr(mail, "S=C3=BCdwerk"));
    assert_non_null(strstr(mail, "https://portal.example.org/requests/R-7K2M-9QXD"));
    assert_null(strstr(mail, "{{"));
    for (const char *at = mail; (at = strchr(at, '\n')) != NULL; at++) {
        assert_true(at > mail && at[-1] == '\r');
    }
}

static void the_same_row_gives_the_same_message(void **state)
{
    (void)state;
    struct mail_view v = view();
    struct mail_header h = header();
    const char *first = compose("request-received", &v, &h);
    assert_string_equal(first, compose("request-received", &v, &h));
    struct str id = mail_message_id(arena, &h);
    assert_non_null(strstr(first, str_format(arena, "Message-Id: %s\r\n", id.ptr).ptr));
    h.unique_key = STR("another");
    assert_string_not_equal(id.ptr, mail_message_id(arena, &h).ptr);
}

static void every_template_renders_without_holes(void **state)
{
    (void)state;
    struct mail_view v = view();
    struct mail_header h = header();
    v.reason = STR("The extract is too old");
    v.reason_text = STR("Please send one\nof this year.");
    v.slot_title = STR("Proof");
    v.sub_ticket = STR("Check");
    v.team = STR("Compliance");
    v.subject = STR("The books of the harbour");
    v.text = STR("A page was turned.");
    for (size_t i = 0; mail_templates[i] != NULL; i++) {
        const char *mail = compose(mail_templates[i], &v, &h);
        assert_null(strstr(mail, "{0}"));
        assert_null(strstr(mail, "\r\n\r\n\r\n"));
        assert_non_null(strstr(mail, "\r\nSubject: "));
        assert_null(strstr(mail, "Subject: \r\n"));
    }
}

/* Whatever text reaches a header, no line of its own comes of it. */
static void no_text_makes_a_header(void **state)
{
    (void)state;
    struct mail_view v = view();
    struct mail_header h = header();
    v.company = STR("Evil\r\nBcc: victim@example.org\r\n\r\nbody");
    v.reference = STR("R-1\nX-Evil: 1");
    h.sender_name = STR("Kontor\r\nX-Evil: 1");
    h.root_key = STR("R-1>\r\nX-Evil: 1");
    h.host = STR("host\r\nX-Evil: 1");
    v.subject = v.company;
    for (int i = 0; i < 2; i++) {
        const char *mail =
            compose(i == 0 ? "message-from-customer" : "from-process", &v, &h);
        struct str head = {mail, (size_t)(strstr(mail, "\r\n\r\n") - mail)};
        assert_true(str_find(head, STR("\nBcc:")) < 0);
        assert_true(str_find(head, STR("\nX-Evil")) < 0);
    }
}

static void addresses_are_plain(void **state)
{
    (void)state;
    assert_true(mail_address_is_plain(STR("a.b+c@example.org")));
    const char *bad[] = {"",
                         "a",
                         "@example.org",
                         "a@",
                         "a@b@c",
                         "a b@c",
                         "a@b\r\nRCPT TO:<c@d>",
                         "A <a@b>",
                         "a@b,c@d",
                         "a@b>",
                         "\xC3\xA4@b"};
    struct mail_view v = view();
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        struct mail_header h = header();
        struct str bytes = STR_NONE;
        h.recipient = str_from(bad[i]);
        assert_int_equal(mail_compose(composer, arena, STR("request-received"),
                                      LANGUAGE_EN, &v, &h, &bytes),
                         ERR_INPUT);
        assert_null(bytes.ptr);
    }
}

static void an_unknown_template_is_an_error_of_the_row(void **state)
{
    (void)state;
    struct mail_view v = view();
    struct mail_header h = header();
    struct str bytes = STR_NONE;
    assert_int_equal(
        mail_compose(composer, arena, STR("../pages/start"), LANGUAGE_EN, &v, &h, &bytes),
        ERR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_are_those_of_an_automatic_mail),
        cmocka_unit_test(the_same_row_gives_the_same_message),
        cmocka_unit_test(every_template_renders_without_holes),
        cmocka_unit_test(no_text_makes_a_header),
        cmocka_unit_test(addresses_are_plain),
        cmocka_unit_test(an_unknown_template_is_an_error_of_the_row),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
