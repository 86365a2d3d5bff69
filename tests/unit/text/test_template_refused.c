/* Templates that must not load, each with the file and line that is named. */
#include "fixture.h"

struct refused {
    const char *source;
    const char *where;  /* the note begins with this */
    const char *reason; /* and holds this */
};

static void check(struct fixture *f, const struct refused *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct str got = render(f, cases[i].source);
        struct str wanted = str_format(f->arena, "REFUSED %s", cases[i].where);

        if (!str_starts(got, wanted) || str_find(got, str_from(cases[i].reason)) < 0)
            fail_msg("%s\n  wanted: %s ... %s\n  got:    %.*s", cases[i].source,
                     cases[i].where, cases[i].reason, STR_ARG(got));
    }
}

#define CHECK(f, cases) check((f), (cases), sizeof(cases) / sizeof(*(cases)))

static void unsafe_places(void **state)
{
    static const struct refused cases[] = {
        {"a\n<script>var x = '{{title}}';</script>", "page.html:2:", "in a script"},
        {"<script>{{#yes}}{{/yes}}</script>", "page.html:1:", "in a script"},
        {"<SCRIPT type=\"x\">{{title}}</SCRIPT>", "page.html:1:", "in a script"},
        {"<script>a</scriptx>{{title}}</script>", "page.html:1:", "in a script"},
        {"<style>\n\np{color:{{title}}}</style>", "page.html:3:", "in a style sheet"},
        {"<svg><style>{{title}}</style></svg>", "page.html:1:", "in a style sheet"},
        {"<iframe>{{title}}</iframe>", "page.html:1:", "in raw text"},
        {"<p onclick=\"f('{{title}}')\">", "page.html:1:", "in an event handler"},
        {"<p ONCLICK='{{title}}'>", "page.html:1:", "in an event handler"},
        {"<p onclick=\"{{_ Hello}}\">", "page.html:1:", "in an event handler"},
        {"<p\nstyle=\"width:{{count}}px\">", "page.html:2:", "in a style attribute"},
        {"<iframe srcdoc=\"{{title}}\">", "page.html:1:", "code or URLs"},
        {"<img srcset=\"{{url}}\">", "page.html:1:", "code or URLs"},
        {"<input value={{title}}>", "page.html:1:", "in an unquoted attribute"},
        {"<input value=a{{title}}>", "page.html:1:", "in an unquoted attribute"},
        {"<{{title}}>", "page.html:1:", "behind '<'"},
        {"<p{{title}}>", "page.html:1:", "in a tag name"},
        {"</p{{title}}>", "page.html:1:", "in an end tag"},
        {"<p {{title}}>", "page.html:1:", "outside a quoted attribute"},
        {"<p a{{title}}=\"\">", "page.html:1:", "outside a quoted attribute"},
        {"<p a=\"\"{{title}}>", "page.html:1:", "outside a quoted attribute"},
        {"<!-- {{title}} -->", "page.html:1:", "in a comment"},
        {"<!-- -> {{#yes}}-->{{/yes}}", "page.html:1:", "in a comment"},
        {"<!doctype {{title}}>", "page.html:1:", "in a declaration"},
        {"<title>{{{intro_html}}}</title>", "page.html:1:", "outside the text"},
        {"<p title=\"{{{intro_html}}}\">", "page.html:1:", "outside the text"},
        {"<meta http-equiv=\"refresh\" content=\"{{title}}\">",
         "page.html:1:", "http-equiv"},
        {"<meta content=\"{{title}}\" http-equiv=refresh>", "page.html:1:", "http-equiv"},
    };

    CHECK(*state, cases);
}

static void urls(void **state)
{
    static const struct refused cases[] = {
        {"<a href=\"javascript:{{title}}\">", "page.html:1:", "scheme"},
        {"\n<a href=\"\nJavaScript:x\">", "page.html:3:", "scheme"},
        {"<a href=\"data:text/html,{{title}}\">", "page.html:1:", "scheme"},
        {"<a href=\"java{{title}}:x\">", "page.html:1:", "scheme"},
        {"<a href=\"{{#yes}}java{{/yes}}script:x\">", "page.html:1:", "scheme"},
        {"<a href=\"{{#yes}}/a/{{/yes}}{{title}}\">",
         "page.html:1:", "depends on a section"},
        {"<a href=\"{{#people}}{{name}}{{/people}}\">",
         "page.html:1:", "depends on a section"},
        {"<a href=\"{{_ Hello}}\">", "page.html:1:", "cannot be part of a URL"},
        {"<a href=\"/{{at}}\">", "page.html:1:", "cannot be part of a URL"},
        {"<a href=\"{{count}}\">", "page.html:1:", "cannot begin a URL"},
    };

    CHECK(*state, cases);
}

static void unbalanced(void **state)
{
    static const struct refused cases[] = {
        {"{{#yes}}\n<p title=\"\n{{/yes}}\">", "page.html:3:", "another place"},
        {"{{#yes}}<p {{/yes}}>", "page.html:1:", "another place"},
        {"{{#yes}}<!--{{/yes}} -->", "page.html:1:", "another place"},
        {"{{#yes}}<script>{{/yes}}</script>", "page.html:1:", "another place"},
        {"{{#yes}}<title>{{/yes}}</title>", "page.html:1:", "another place"},
        {"<p {{#yes}}a=\"{{/yes}}\">", "page.html:1:", "another place"},
        {"<p {{#yes}}>{{/yes}}>", "page.html:1:", "another place"},
        {"<p{{#yes}}x{{/yes}}>", "page.html:1:", "white space is missing"},
        {"<p{{#yes}} x{{/yes}}=\"1\">", "page.html:1:", "white space is missing"},
        {"<p {{#yes}}x{{/yes}}y>", "page.html:1:", "white space is missing"},
        {"<p a=\"1\"b=\"2\">", "page.html:1:", "white space is missing"},
        {"<p a=\"1\" \"b\">", "page.html:1:", "attribute name expected"},
        {"<p a\"=\"1\">", "page.html:1:", "quote"},
        {"<p a=1\"2>", "page.html:1:", "unquoted"},
        {"x\n<p title=\"a", "page.html:1:", "ends inside"},
        {"<script>", "page.html:1:", "ends inside"},
    };

    CHECK(*state, cases);
}

static void names(void **state)
{
    static const struct refused cases[] = {
        {"a\nb {{titel}}", "page.html:2: unknown name \"titel\"",
         "struct thing, struct test_frame"},
        {"{{#people}}\n{{titel}}{{/people}}",
         "page.html:2:", "struct person, struct thing"},
        {"{{#people}}{{/people}}{{name}}", "page.html:1: unknown name \"name\"", ""},
        {"{{owner.nam}}", "page.html:1: unknown name \"owner.nam\"", ""},
        {"{{title.name}}", "page.html:1:", "nothing inside"},
        {"{{title.iso}}", "page.html:1:", "nothing inside"},
        {"{{at.iso.x}}", "page.html:1:", "nothing inside"},
        {"{{day.date}}", "page.html:1:", "nothing inside"},
        {"{{yes}}", "page.html:1:", "for sections"},
        {"{{people}}", "page.html:1:", "for sections"},
        {"{{owner}}", "page.html:1:", "for sections"},
        {"{{intro_html}}", "page.html:1:", "{{{name_html}}}"},
        {"{{{title}}}", "page.html:1:", "markup"},
        {"{{.index}}", "page.html:1:", "not inside a list"},
        {"{{#people}}{{.odd}}{{/people}}", "page.html:1:", "only .first"},
        {"{{#people}}{{.first}}{{/people}}", "page.html:1:", "for sections"},
        {"{{#at.iso}}{{/at.iso}}", "page.html:1:", "cannot be a section"},
        {"{{#nothing}}{{/nothing}}", "page.html:1: unknown name", ""},
    };

    CHECK(*state, cases);
}

static void syntax(void **state)
{
    static const struct refused cases[] = {
        {"a\n{{title", "page.html:2:", "not closed"},
        {"a\n{{{intro_html}}", "page.html:2:", "not closed"},
        {"{{}}", "page.html:1:", "empty tag"},
        {"\n{{#yes}}\n", "page.html:2:", "is not closed"},
        {"\n\n{{/yes}}", "page.html:3:", "closes what is not open"},
        {"{{#yes}}\n{{/no}}", "page.html:2:", "\"yes\" of line 1 is open"},
        {"{{#yes}}{{#no}}{{/yes}}{{/no}}", "page.html:1:", "is open"},
        {"{{&title}}", "page.html:1:", "unescaped"},
        {"{{=<% %>=}}", "page.html:1:", "delimiters"},
        {"{{a b}}", "page.html:1:", "not a name"},
        {"{{.}}", "page.html:1:", "not a name"},
        {"{{a..b}}", "page.html:1:", "not a name"},
        {"{{> ../x.html}}", "page.html:1:", "not a template file"},
        {"{{> /etc/passwd}}", "page.html:1:", "not a template file"},
        {"\n{{> missing.html}}", "page.html:2:", "missing.html"},
        {"\n{{<missing.html}}{{/missing.html}}", "page.html:2:", "missing.html"},
        {"{{> mail.txt}}", "page.html:1:", "mixes"},
        {"{{_Hello}}", "page.html:1:", "blank is missing"},
        {"{{_ }}", "page.html:1:", "no sentence"},
        {"{{_ Signed in as {0}}}", "page.html:1:", "must be quoted"},
        {"{{_ \"{0}\"}}", "page.html:1:", "no argument"},
        {"{{_ \"{1}\" title}}", "page.html:1:", "no argument"},
        {"{{_ \"{0}\" title day}}", "page.html:1:", "without a place"},
        {"{{_ \"{0}\" titel}}", "page.html:1: unknown name", ""},
        {"{{_ \"{0}\" yes}}", "page.html:1:", "for sections"},
        {"{{_ \"Hello}}", "page.html:1:", "quoted sentence"},
        {"{{_n \"a\" count}}", "page.html:1:", "quoted sentence"},
        {"{{_n a b}}", "page.html:1:", "must be quoted"},
        {"{{_n \"a\" \"b\"}}", "page.html:1:", "needs a count"},
        {"{{_n \"a\" \"b\" title}}", "page.html:1:", "must be a number"},
        {"{{<base.html}}\ntext{{/base.html}}", "page.html:2:", "only blocks"},
        {"{{<base.html}}{{title}}{{/base.html}}", "page.html:1:", "only blocks"},
        {"{{<base.html}}{{$a}}{{/a}}\n{{$a}}{{/a}}{{/base.html}}",
         "page.html:2:", "twice"},
        {"{{<base.html}}\n{{$b}}{{/b}}{{/base.html}}", "page.html:2:", "no such block"},
        {"{{> self.html}}", "self.html:1:", "nested too deep"},
        /* The fault lies in the file that is named, not in the page. */
        {"\n\n{{> broken.html}}", "broken.html:2: unknown name", ""},
    };
    struct fixture *f = *state;

    write_file(f, "base.html", STR("{{$a}}{{/a}}"));
    write_file(f, "self.html", STR("{{> self.html}}"));
    write_file(f, "mail.txt", STR("x"));
    write_file(f, "broken.html", STR("\n{{titel}}"));
    CHECK(f, cases);
}

static void hostile_files(void **state)
{
    struct fixture *f = *state;
    const struct template *tpl = NULL;
    struct buf deep = buf_init(f->arena, 65536);

    write_file(f, "page.html", STR("a\xFF"));
    assert_int_equal(compile_in(f, "page.html", &tpl), ERR_INPUT);
    write_file(f, "page.html", STR("a\0b"));
    assert_int_equal(compile_in(f, "page.html", &tpl), ERR_INPUT);
    assert_int_equal(compile_in(f, "none.html", &tpl), ERR_INPUT);
    assert_true(str_starts(str_from(err_text()), STR("none.html:")));
    for (int i = 0; i < 1000; i++)
        buf_put(&deep, STR("{{#owner}}"));
    write_file(f, "page.html", buf_str(&deep));
    assert_int_equal(compile_in(f, "page.html", &tpl), ERR_INPUT);
    buf_clear(&deep);
    for (int i = 0; i < 20; i++)
        buf_put(&deep, STR("{{#people}}"));
    for (int i = 0; i < 20; i++)
        buf_put(&deep, STR("{{/people}}"));
    write_file(f, "page.html", buf_str(&deep));
    assert_int_equal(compile_in(f, "page.html", &tpl), ERR_INPUT);
    assert_null(tpl);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(unsafe_places), TEST(urls),   TEST(unbalanced),
        TEST(names),         TEST(syntax), TEST(hostile_files),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
