/* Every byte through every escaper, and the URLs that may and may not stand in a link. */
#include "fixture.h"

#include "text/escape.h"

static struct str through(struct arena *arena, void (*escape)(struct buf *, struct str),
                          struct str text)
{
    struct buf out = buf_init(arena, 65536);

    escape(&out, text);
    return buf_str(&out);
}

struct row {
    void (*escape)(struct buf *, struct str);
    const char *in;
    const char *out;
};

static void table(void **state)
{
    static const struct row rows[] = {
        {escape_html, "", ""},
        {escape_html, "a<b>&\"'c", "a&lt;b&gt;&amp;&quot;&#39;c"},
        {escape_html, "ä\u2028</ä", "ä\u2028&lt;/ä"},
        {escape_html, "&amp;", "&amp;amp;"},
        {escape_url_part, "aZ09-._~", "aZ09-._~"},
        {escape_url_part, "/?#:@&=+ %ä\n", "%2F%3F%23%3A%40%26%3D%2B%20%25%C3%A4%0A"},
        {escape_url_mail, "a+b@c.de?x", "a%2Bb@c.de%3Fx"},
        {escape_header_quoted, "a\"b\\c", "\"a\\\"b\\\\c\""},
        {escape_header_quoted, "a\r\nX: y\xC3\xA4", "\"a__X: y__\""},
        {escape_ldap_filter, "*)(uid=*", "\\2a\\29\\28uid=\\2a"},
        {escape_ldap_filter, "a\\b/c\xC3\xA4", "a\\5cb/c\\c3\\a4"},
    };
    struct fixture *f = *state;

    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        expect_text(f, through(f->arena, rows[i].escape, str_from(rows[i].in)),
                    rows[i].out, (int)i);
}

static void nul_bytes(void **state)
{
    struct fixture *f = *state;

    expect_text(f, through(f->arena, escape_url_part, STR("a\0b")), "a%00b", __LINE__);
    expect_text(f, through(f->arena, escape_ldap_filter, STR("a\0b")), "a\\00b",
                __LINE__);
    expect_text(f, through(f->arena, escape_header_quoted, STR("a\0b")), "\"a_b\"",
                __LINE__);
}

/* Whatever byte goes in, nothing that ends its context comes out. */
static void all_bytes(void **state)
{
    struct fixture *f = *state;

    for (int c = 0; c < 256; c++) {
        char byte = (char)c;
        struct str text = {&byte, 1}, out;

        out = through(f->arena, escape_html, text);
        assert_true(str_index(out, '<') < 0 && str_index(out, '>') < 0 &&
                    str_index(out, '"') < 0 && str_index(out, '\'') < 0);
        out = through(f->arena, escape_url_part, text);
        assert_true(out.len == 3 ? out.ptr[0] == '%'
                                 : strchr("&/?#:;=+\"'<> %", byte) == NULL);
        out = through(f->arena, escape_header_quoted, text);
        assert_true(out.len >= 3 && out.ptr[0] == '"' && out.ptr[out.len - 1] == '"');
        for (size_t i = 0; i < out.len; i++)
            assert_true(out.ptr[i] >= 0x20 && out.ptr[i] < 0x7F);
        out = through(f->arena, escape_ldap_filter, text);
        assert_true(out.len == 3 || !strchr("*()\\", byte));
    }
}

static void urls(void **state)
{
    static const char *const safe[] = {
        "/",    "/a",        "/a//b",     "#",          "#a",
        "?a=b", "http://a/", "HTTPS://a", "mailto:a@b", "otpauth://totp/a"};
    static const char *const unsafe[] = {
        "",
        "//evil",
        "javascript:x",
        "data:x",
        "a",
        " /a",
        "/\\evil",
        "/\t/evil",
        "\n//evil",
        "http:x",
        "https:/x",
        "mailto:",
        "java\nscript:x",
        "ftp://a",
        "\x01/a",
        "/a\x7F",
        "vbscript:x",
        "http://",
        "otpauth://hotp/a",
        "otpauth:x",
        "otpauth://totp/",
    };

    (void)state;
    for (size_t i = 0; i < sizeof(safe) / sizeof(*safe); i++)
        if (!url_is_safe(str_from(safe[i])))
            fail_msg("refused: %s", safe[i]);
    for (size_t i = 0; i < sizeof(unsafe) / sizeof(*unsafe); i++)
        if (url_is_safe(str_from(unsafe[i])))
            fail_msg("accepted: %s", unsafe[i]);
    assert_false(url_is_safe(STR_NONE));
    assert_false(url_is_safe(STR("/a\0b")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(table), TEST(nul_bytes), TEST(all_bytes),
                                       TEST(urls)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
