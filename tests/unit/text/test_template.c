/* What templates render, with cases modelled on the Mustache specification (our own wording). */
#include "fixture.h"

static void values(void **state)
{
    struct fixture *f = *state;

    EXPECT(f, "", "");
    EXPECT(f, "plain text\n", "plain text\n");
    EXPECT(f, "<p>{{title}}</p>", "<p>A &amp; B</p>");
    EXPECT(f, "<p>{{ title }}</p>", "<p>A &amp; B</p>");
    EXPECT(f, "a{{title}}b\n  {{title}}\n", "aA &amp; Bb\n  A &amp; B\n");
    EXPECT(f, "[{{empty}}]", "[]");
    EXPECT(f, "{{{intro_html}}}", "<b>bold</b>");
    EXPECT(f, "{{phase}}[{{no_phase}}]", "Check[]");
    EXPECT(f, "{{count}} {{zero}} {{big}} {{size}}", "3 0 1,234,567 1.2 MB");
    EXPECT(f,
           "{{at}} | {{at.iso}} | {{at.date}} | [{{never}}{{never.iso}}{{never.date}}]",
           "22 November 2026, 14:05 | 2026-11-22T13:05:00Z | 22 November 2026 | []");
    EXPECT(f, "{{day}} {{day.iso}} [{{no_day}}{{no_day.iso}}]",
           "22 November 2026 2026-11-22 []");
    EXPECT(f, "{{owner.name}} {{boss.name}} [{{nobody.name}}]", "Olga Ada []");
    EXPECT(f, "{{people.count}} {{boss.tags.count}}", "3 2");
    EXPECT(f, "{{site}}", "Kontor");
}

static void german(void **state)
{
    struct fixture *f = *state;

    f->context.language = LANGUAGE_DE;
    EXPECT(
        f, "{{at}} {{day}} {{big}} {{size}} {{phase}}",
        "22. November 2026, 14:05 22. November 2026 1.234.567 1,2 MB Prüfung &lt;3&gt;");
    EXPECT(f, "{{_ Hello}} {{_ Unknown sentence.}}", "Hallo Unknown sentence.");
    EXPECT(f, "{{_ \"Signed in as {0} since {1}\" title day}}",
           "Seit 22. November 2026 angemeldet: A &amp; B");
    EXPECT(f, "{{_n \"{0} question\" \"{0} questions\" count}}", "3 Fragen");
    EXPECT(f, "{{_n \"{0} question\" \"{0} questions\" zero}}", "0 Fragen");
    f->thing.count = 1;
    EXPECT(f, "{{_n \"{0} question\" \"{0} questions\" count}}", "eine Frage");
    f->thing.count = -1;
    EXPECT(f, "{{_n \"{0} question\" \"{0} questions\" count}}", "-1 Fragen");
}

static void sentences(void **state)
{
    struct fixture *f = *state;

    EXPECT(f, "{{_ Hello}}", "Hello");
    EXPECT(f, "{{_ a < b & \"c\" }}", "a &lt; b &amp; &quot;c&quot;");
    EXPECT(f, "{{_ \"say \\\"{0}\\\"\" title}}", "say &quot;A &amp; B&quot;");
    EXPECT(f, "{{_ Broken\n   over lines}}", "Broken over lines");
    EXPECT(f, "<i title=\"{{_ \"{0} of {1}\" count big}}\"></i>",
           "<i title=\"3 of 1,234,567\"></i>");
    EXPECT(f, "{{_ \"{1}{0}{1}\" site title}}", "A &amp; BKontorA &amp; B");
    EXPECT(f, "{{_n \"one\" \"{0} of {1}\" people.count title}}", "3 of A &amp; B");
    /* What an argument holds is not a place. */
    f->thing.title = STR("{0}{1}");
    EXPECT(f, "{{_ \"<{0}>\" title}}", "&lt;{0}{1}&gt;");
    EXPECT(f, "{{#people}}{{_n \"first {0}\" \"later {0}\" .index}} {{/people}}",
           "first 1 later 2 later 3 ");
}

static void sections(void **state)
{
    struct fixture *f = *state;

    EXPECT(f, "{{#yes}}a{{/yes}}{{#no}}b{{/no}}{{^yes}}c{{/yes}}{{^no}}d{{/no}}", "ad");
    EXPECT(f, "{{#title}}t{{/title}}{{#empty}}e{{/empty}}{{^empty}}-{{/empty}}", "t-");
    EXPECT(
        f,
        "{{#phase}}p{{/phase}}{{#no_phase}}n{{/no_phase}}{{#count}}c{{/count}}{{#zero}}z"
        "{{/zero}}{{#at}}a{{/at}}{{#never}}v{{/never}}{{#day}}d{{/day}}{{#no_day}}x"
        "{{/no_day}}{{#intro_html}}h{{/intro_html}}",
        "pcadh");
    EXPECT(f, "{{#people}}{{name}};{{/people}}", "Ada;Böll &amp; Söhne;&lt;Cy&gt;;");
    EXPECT(f, "{{#none}}x{{/none}}{{^none}}nobody{{/none}}{{^people}}y{{/people}}",
           "nobody");
    EXPECT(f, "{{#people.count}}some{{/people.count}}{{#none.count}}none{{/none.count}}",
           "some");
    EXPECT(f,
           "{{#people}}{{^.first}}, {{/.first}}{{.index}}/{{people.count}}{{#.last}}."
           "{{/.last}}{{/people}}",
           "1/3, 2/3, 3/3.");
    EXPECT(f,
           "{{#people}}{{name}}:{{#tags}}{{text}}{{.index}}{{^.last}},{{/.last}}{{/tags}}"
           "{{^tags}}-{{/tags}} {{/people}}",
           "Ada:a1,b2 Böll &amp; Söhne:- &lt;Cy&gt;:a1 ");
    /* Outer names stay visible, inner ones hide them, the frame comes last. */
    EXPECT(f, "{{#owner}}{{name}} {{title}} {{site}}{{/owner}}", "Olga A &amp; B Kontor");
    EXPECT(
        f,
        "{{#boss}}{{name}}{{#lead}}!{{/lead}}{{/boss}}{{#nobody}}x{{/nobody}}{{^nobody}}-"
        "{{/nobody}}",
        "Ada!-");
    EXPECT(f,
           "{{#boss.tags}}{{text}}{{/boss.tags}}{{#nobody.tags}}x{{/"
           "nobody.tags}}{{^nobody.tags}}"
           "none{{/nobody.tags}}",
           "abnone");
    EXPECT(f, "{{#yes}}{{#no}}a{{/no}}b{{#yes}}c{{/yes}}{{/yes}}", "bc");
    /* The loop's scope is gone afterwards. */
    EXPECT(f, "{{#people}}{{/people}}{{title}}{{#people}}{{.index}}{{/people}}",
           "A &amp; B123");
}

static void standalone_lines(void **state)
{
    struct fixture *f = *state;

    EXPECT(f, "a\n{{#yes}}\nb\n{{/yes}}\nc\n", "a\nb\nc\n");
    EXPECT(f, "a\n  {{#yes}}  \nb\n\t{{/yes}}\nc", "a\nb\nc");
    EXPECT(f, "a\r\n{{#yes}}\r\nb\r\n{{/yes}}\r\nc\r\n", "a\r\nb\r\nc\r\n");
    EXPECT(f, "{{#yes}}\na{{/yes}}", "a");
    EXPECT(f, "{{#yes}}a\n{{/yes}}", "a\n");
    EXPECT(f, "  {{#yes}}a{{/yes}}\n", "  a\n");
    EXPECT(f, "a {{! no\nlines }}\nb", "a \nb");
    EXPECT(f, "a\n{{! a\n comment }}\nb", "a\nb");
    EXPECT(f, "{{! one }}\n{{! two }}\na", "a");
    EXPECT(f, "{{#yes}}{{/yes}}\n", "\n");
    EXPECT(f, "a\n{{title}}\nb", "a\nA &amp; B\nb");
    EXPECT(f, "a\n{{_ Hello}}\nb", "a\nHello\nb");
    EXPECT(f, "{{! }}\n{{! }}", "");
}

static void partials(void **state)
{
    struct fixture *f = *state;

    write_file(f, "part.html", STR("[{{title}}]\n"));
    write_file(f, "outer.html", STR("({{> part.html}})"));
    EXPECT(f, "a{{> part.html}}b", "a[A &amp; B]\nb");
    EXPECT(f, "a\n  {{> part.html}}\nb\n", "a\n[A &amp; B]\nb\n");
    EXPECT(f, "{{> outer.html}}", "([A &amp; B]\n)");
    write_file(f, "name.html", STR("{{name}} "));
    EXPECT(f, "{{#people}}{{> name.html}}{{/people}}",
           "Ada Böll &amp; Söhne &lt;Cy&gt; ");
}

static void layouts(void **state)
{
    struct fixture *f = *state;

    write_file(f, "layout.html",
               STR("<h1 class=\"{{$class}}plain{{/class}}\">{{$head}}default "
                   "{{site}}{{/head}}</h1>\n{{$main}}{{/main}}\n"));
    EXPECT(f, "{{<layout.html}}{{/layout.html}}",
           "<h1 class=\"plain\">default Kontor</h1>\n\n");
    EXPECT(
        f,
        "{{<layout.html}}\n{{$head}}{{title}}{{/head}}\n{{! a comment }}\n{{$main}}\nm\n"
        "{{/main}}\n{{/layout.html}}\n",
        "<h1 class=\"plain\">A &amp; B</h1>\nm\n\n");
    EXPECT(f, "{{<layout.html}}{{$class}}k-{{count}}{{/class}}{{/layout.html}}",
           "<h1 class=\"k-3\">default Kontor</h1>\n\n");
    /* A layout of a layout: what is further out wins, blocks inside blocks are open as well. */
    write_file(f, "mid.html",
               STR("{{<layout.html}}{{$head}}mid{{/head}}{{$main}}({{$inner}}i"
                   "{{/inner}}){{/main}}{{/layout.html}}"));
    EXPECT(f, "{{<mid.html}}{{/mid.html}}", "<h1 class=\"plain\">mid</h1>\n(i)\n");
    EXPECT(f, "{{<mid.html}}{{$head}}page{{/head}}{{$inner}}p{{/inner}}{{/mid.html}}",
           "<h1 class=\"plain\">page</h1>\n(p)\n");
    /* A second layout inside a block has blocks of its own. */
    write_file(f, "card.html", STR("<div>{{$head}}card{{/head}}</div>"));
    EXPECT(f,
           "{{<layout.html}}{{$head}}page{{/head}}{{$main}}{{<card.html}}{{/"
           "card.html}}{{/main}}"
           "{{/layout.html}}",
           "<h1 class=\"plain\">page</h1>\n<div>card</div>\n");
    /* Blocks see the scope of the place in the layout. */
    write_file(f, "list.html", STR("{{#people}}{{$row}}{{/row}}{{/people}}"));
    EXPECT(f, "{{<list.html}}{{$row}}{{name}},{{/row}}{{/list.html}}",
           "Ada,Böll &amp; Söhne,&lt;Cy&gt;,");
}

static void attributes_and_urls(void **state)
{
    struct fixture *f = *state;

    EXPECT(f, "<a href=\"{{url}}\">", "<a href=\"/x?a=1&amp;b=2\">");
    EXPECT(f, "<a href='{{prefix}}requests/{{title}}?q={{url}}'>",
           "<a href='/portal/requests/A%20%26%20B?q=%2Fx%3Fa%3D1%26b%3D2'>");
    EXPECT(f, "<a href=\"/x/{{day.iso}}/{{big}}\">",
           "<a href=\"/x/2026-11-22/1234567\">");
    EXPECT(f, "<input value=\"{{big}}\" title=\"{{title}}\">",
           "<input value=\"1234567\" title=\"A &amp; B\">");
    EXPECT(f,
           "<option value=\"{{title}}\"{{#yes}} selected{{/yes}}{{#no}} disabled{{/no}}>",
           "<option value=\"A &amp; B\" selected>");
    EXPECT(f, "<input{{#yes}} checked{{/yes}} type=text>", "<input checked type=text>");
    EXPECT(f, "<input {{#yes}}checked{{/yes}} type=text>", "<input checked type=text>");
    EXPECT(f, "<i class=\"a{{#yes}} b{{/yes}}{{^yes}} c{{/yes}}\">", "<i class=\"a b\">");
    EXPECT(f, "<i {{#title}}title=\"{{title}}\"{{/title}} id=x>",
           "<i title=\"A &amp; B\" id=x>");
    EXPECT(f, "<a href=\"{{#no}}{{url}}{{/no}}{{^no}}{{prefix}}{{/no}}p/{{count}}\">",
           "<a href=\"/portal/p/3\">");
    /* Never another host because something is empty. */
    EXPECT(f, "<a href=\"/{{empty}}/{{title}}/{{empty}}/\">",
           "<a href=\"/./A%20%26%20B//\">");
    EXPECT(f, "<a href='/{{#no}}x{{/no}}/evil.example'>", "<a href='/./evil.example'>");
    EXPECT(f, "<a href=\"{{prefix}}{{empty}}/{{title}}\">",
           "<a href=\"/portal//A%20%26%20B\">");
    f->thing.url = STR("/");
    EXPECT(f, "<a href=\"{{url}}{{empty}}/evil.example\">",
           "<a href=\"/./evil.example\">");
    EXPECT(f, "<i title=\"/{{empty}}/x\">/{{empty}}/</i>", "<i title=\"//x\">//</i>");
    f->thing.url = STR("javascript:alert(1)");
    EXPECT(f, "<a href=\"{{url}}\" data-x=\"{{url}}\">",
           "<a href=\"#\" data-x=\"javascript:alert(1)\">");
    f->thing.url = STR("//evil.example/");
    EXPECT(f, "<form action=\"{{url}}\"></form>", "<form action=\"#\"></form>");
    f->thing.url = STR("a@b.example?bcc=x");
    EXPECT(f, "<a href=\"mailto:{{url}}\">", "<a href=\"mailto:a@b.example%3Fbcc%3Dx\">");
    f->thing.title = STR("\"><script>alert('x')</script>");
    EXPECT(f, "<i title=\"{{title}}\">{{title}}</i>",
           "<i title=\"&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;\">"
           "&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;</i>");
    EXPECT(f, "<title>{{title}}</title><textarea>{{title}}</textarea>",
           "<title>&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;</"
           "title><textarea>"
           "&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;</textarea>");
    /* Literal scripts, comments and declarations pass as they are. */
    EXPECT(
        f,
        "<!doctype html><!-- > --><script src=\"{{prefix}}k.js\">a<b</script>{{count}}",
        "<!doctype html><!-- > --><script src=\"/portal/k.js\">a<b</script>3");
    EXPECT(f, "1 < 2 {{count}}", "1 < 2 3");
}

static void plain_text(void **state)
{
    struct fixture *f = *state;
    const struct template *tpl = NULL;
    struct buf out = buf_init(f->arena, 4096);

    write_file(f, "mail.txt", STR("{{title}} <{{url}}> {{_ Hello}} {{phase}} {{big}}\n"));
    f->context.language = LANGUAGE_DE;
    assert_int_equal(compile_in(f, "mail.txt", &tpl), OK);
    template_render(tpl, &f->context, &f->frame, &f->thing, &out);
    expect_text(f, buf_str(&out), "A & B </x?a=1&b=2> Hallo Prüfung <3> 1.234.567\n",
                __LINE__);
}

/* The ceiling of the buffer holds; a page over it is noticed, not cut. */
static void overflow(void **state)
{
    struct fixture *f = *state;
    const struct template *tpl = NULL;
    struct buf out = buf_init(f->arena, 10);

    write_file(f, "page.html", STR("{{#people}}{{name}}{{/people}}"));
    assert_int_equal(compile_in(f, "page.html", &tpl), OK);
    template_render(tpl, &f->context, &f->frame, &f->thing, &out);
    assert_true(out.len <= 10);
    assert_int_equal(buf_check(&out), ERR_TOO_LARGE);
}

/* Both languages from one compiled template, in turn; rendering takes nothing from the arena. */
static void languages_in_turn(void **state)
{
    struct fixture *f = *state;
    const struct template *tpl = NULL;
    struct arena *pages = arena_new(1 << 20);
    size_t used = 0;

    write_file(f, "page.html", STR("{{_ Hello}} {{phase}} {{at}} {{size}} {{big}}"));
    assert_int_equal(compile_in(f, "page.html", &tpl), OK);
    for (int i = 0; i < 10; i++) {
        struct buf out = buf_init(pages, 4096);

        f->context.language = i % 2 ? LANGUAGE_DE : LANGUAGE_EN;
        template_render(tpl, &f->context, &f->frame, &f->thing, &out);
        assert_true(
            str_starts(buf_str(&out), i % 2 ? STR("Hallo Prüfung") : STR("Hello Check")));
        arena_clear(pages);
        if (i == 2)
            used = arena_used(f->arena);
    }
    assert_int_equal(arena_used(f->arena), used);
    arena_free(&pages);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(values),
        TEST(german),
        TEST(sentences),
        TEST(sections),
        TEST(standalone_lines),
        TEST(partials),
        TEST(layouts),
        TEST(attributes_and_urls),
        TEST(plain_text),
        TEST(overflow),
        TEST(languages_in_turn),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
