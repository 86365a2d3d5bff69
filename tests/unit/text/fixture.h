/* fixture.h: a folder of template files, a catalogue and a view with one member of each kind. */
#ifndef TEST_TEXT_FIXTURE_H
#define TEST_TEXT_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "text/template.h"

struct person {
    struct str name;
    struct str mail;
    bool lead;
    struct view_list tags; /* of struct tag */
};
struct tag {
    struct str text;
};
struct thing {
    struct str title;
    struct str url;
    struct str prefix;
    struct str empty;
    struct str intro_html;
    const char *phase;
    const char *no_phase;
    bool yes;
    bool no;
    int64_t count;
    int64_t zero;
    int64_t big;
    int64_t size;
    instant_us at;
    instant_us never;
    day_no day;
    day_no no_day;
    struct person owner;
    struct person *boss;
    struct person *nobody;
    struct view_list people;
    struct view_list none;
    struct str token;
};
struct test_frame {
    struct str site;
    struct str title;
    bool signed_in;
};

static const struct view_field tag_fields[] = {VIEW_F(struct tag, text, VIEW_STR)};
static VIEW_TYPE(tag_type, struct tag, tag_fields);
static const struct view_field person_fields[] = {
    VIEW_F(struct person, name, VIEW_STR),
    VIEW_F(struct person, mail, VIEW_STR),
    VIEW_F(struct person, lead, VIEW_BOOL),
    VIEW_SUB(struct person, tags, VIEW_LIST, &tag_type),
};
static VIEW_TYPE(person_type, struct person, person_fields);
static const struct view_field thing_fields[] = {
    VIEW_F(struct thing, title, VIEW_STR),
    VIEW_F(struct thing, url, VIEW_STR),
    VIEW_F(struct thing, prefix, VIEW_STR),
    VIEW_F(struct thing, empty, VIEW_STR),
    VIEW_F(struct thing, intro_html, VIEW_MARKUP),
    VIEW_F(struct thing, phase, VIEW_MSG),
    VIEW_F(struct thing, no_phase, VIEW_MSG),
    VIEW_F(struct thing, yes, VIEW_BOOL),
    VIEW_F(struct thing, no, VIEW_BOOL),
    VIEW_F(struct thing, count, VIEW_INT),
    VIEW_F(struct thing, zero, VIEW_INT),
    VIEW_F(struct thing, big, VIEW_INT),
    VIEW_F(struct thing, size, VIEW_BYTES),
    VIEW_F(struct thing, at, VIEW_INSTANT),
    VIEW_F(struct thing, never, VIEW_INSTANT),
    VIEW_F(struct thing, day, VIEW_DAY),
    VIEW_F(struct thing, no_day, VIEW_DAY),
    VIEW_SUB(struct thing, owner, VIEW_OBJECT, &person_type),
    VIEW_SUB(struct thing, boss, VIEW_PTR, &person_type),
    VIEW_SUB(struct thing, nobody, VIEW_PTR, &person_type),
    VIEW_SUB(struct thing, people, VIEW_LIST, &person_type),
    VIEW_SUB(struct thing, none, VIEW_LIST, &person_type),
    VIEW_H(struct thing, token, VIEW_STR),
};
static VIEW_TYPE(thing_type, struct thing, thing_fields);
static const struct view_field frame_fields[] = {
    VIEW_F(struct test_frame, site, VIEW_STR),
    VIEW_F(struct test_frame, title, VIEW_STR),
    VIEW_F(struct test_frame, signed_in, VIEW_BOOL),
};
static VIEW_TYPE(test_frame_type, struct test_frame, frame_fields);

struct fixture {
    struct arena *arena;
    char dir[64];
    struct str files[64]; /* to remove */
    size_t file_count;
    struct thing thing;
    struct test_frame frame;
    struct render_context context;
};

static inline void write_file(struct fixture *f, const char *name, struct str content)
{
    struct str path = str_format(f->arena, "%s/%s", f->dir, name);
    FILE *file = fopen(path.ptr, "wb");

    assert_non_null(file);
    assert_int_equal(fwrite(content.ptr, 1, content.len, file), content.len);
    assert_int_equal(fclose(file), 0);
    for (size_t i = 0; i < f->file_count; i++) {
        if (str_eq(f->files[i], path))
            return;
    }
    assert_true(f->file_count < 64);
    f->files[f->file_count++] = path;
}

static inline void put_u32(struct buf *out, size_t number)
{
    uint32_t raw = (uint32_t)number;

    buf_put_bytes(out, &raw, sizeof(raw));
}

/* A .mo file as msgfmt writes it, without its hash table. ids sorted by the caller. */
static inline struct str make_mo(struct arena *arena, const struct str (*pairs)[2],
                                 size_t count)
{
    struct buf out = buf_init(arena, 65536);
    size_t at = 28 + 16 * count;

    put_u32(&out, 0x950412de);
    put_u32(&out, 0);
    put_u32(&out, count);
    put_u32(&out, 28);
    put_u32(&out, 28 + 8 * count);
    put_u32(&out, 0);
    put_u32(&out, 0);
    for (int side = 0; side < 2; side++) {
        for (size_t i = 0; i < count; i++) {
            put_u32(&out, pairs[i][side].len);
            put_u32(&out, at);
            at += pairs[i][side].len + 1;
        }
    }
    for (int side = 0; side < 2; side++) {
        for (size_t i = 0; i < count; i++) {
            buf_put(&out, pairs[i][side]);
            buf_put_char(&out, '\0');
        }
    }
    return buf_str(&out);
}

#define MO_HEADER                                                                        \
    "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=2; plural=(n != "   \
    "1);\n"

static inline void write_catalogue(struct fixture *f)
{
    const struct str pairs[][2] = {
        {STR(""), STR(MO_HEADER)},
        {STR("Check"), STR("Prüfung <3>")},
        {STR("Hello"), STR("Hallo")},
        {STR("Signed in as {0} since {1}"), STR("Seit {1} angemeldet: {0}")},
        {STR("{0} question\0{0} questions"), STR("eine Frage\0{0} Fragen")},
    };

    write_file(f, "de.mo", make_mo(f->arena, pairs, sizeof(pairs) / sizeof(*pairs)));
}

static struct tag test_tags[] = {{STR("a")}, {STR("b")}};
static struct person test_people[] = {
    {.name = STR("Ada"), .lead = true, .tags = {test_tags, 2}},
    {.name = STR("Böll & Söhne")},
    {.name = STR("<Cy>"), .tags = {test_tags, 1}},
};

static inline int fixture_setup(void **state)
{
    struct arena *arena = arena_new((size_t)64 << 20);
    struct fixture *f = ARENA_NEW(arena, struct fixture);
    struct locale_formats *formats = NULL;
    struct i18n *i18n = NULL;

    f->arena = arena;
    (void)snprintf(f->dir, sizeof(f->dir), "/tmp/kontor-text-XXXXXX");
    if (!mkdtemp(f->dir))
        return -1;
    write_catalogue(f);
    if (i18n_open(arena, f->dir, &i18n) != OK)
        return -1;
    f->context.i18n = i18n;
    if (locale_formats_new(arena, "en", &formats) != OK)
        return -1;
    f->context.formats[LANGUAGE_EN] = formats;
    if (locale_formats_new(arena, "de", &formats) != OK)
        return -1;
    f->context.formats[LANGUAGE_DE] = formats;
    f->context.zone = STR("Europe/Berlin");
    f->thing = (struct thing){
        .title = STR("A & B"),
        .url = STR("/x?a=1&b=2"),
        .prefix = STR("/portal/"),
        .empty = STR(""),
        .intro_html = STR("<b>bold</b>"),
        .phase = "Check",
        .yes = true,
        .count = 3,
        .big = 1234567,
        .size = 1234567,
        .at = INT64_C(1795352700) * US_PER_S, /* 2026-11-22T13:05:00Z */
        .never = INSTANT_NONE,
        .day = 20779, /* 2026-11-22 */
        .no_day = DAY_NONE,
        .owner = {.name = STR("Olga")},
        .boss = &test_people[0],
        .people = {test_people, 3},
        .token = STR("t0ken"),
    };
    f->frame = (struct test_frame){
        .site = STR("Kontor"), .title = STR("frame"), .signed_in = true};
    err_clear();
    *state = f;
    return 0;
}

static inline int fixture_teardown(void **state)
{
    struct fixture *f = *state;
    struct arena *arena = f->arena;

    for (size_t i = 0; i < f->file_count; i++)
        (void)unlink(f->files[i].ptr);
    (void)rmdir(f->dir);
    arena_free(&arena);
    return 0;
}

static inline enum err compile_in(struct fixture *f, const char *name,
                                  const struct template **out)
{
    struct template_set *set = NULL;

    err_clear();
    assert_int_equal(template_set_new(f->arena, f->dir, &test_frame_type, &set), OK);
    return template_compile(set, name, &thing_type, out);
}

static inline struct str render(struct fixture *f, const char *source)
{
    const struct template *tpl = NULL;
    struct buf out = buf_init(f->arena, 1 << 20);

    write_file(f, "page.html", str_from(source));
    if (compile_in(f, "page.html", &tpl) != OK)
        return str_format(f->arena, "REFUSED %s", err_text());
    template_render(tpl, &f->context, &f->frame, &f->thing, &out);
    return buf_str(&out);
}

static inline void expect_text(struct fixture *f, struct str got, const char *wanted,
                               int line)
{
    if (!str_is(got, wanted)) {
        fail_msg("line %d:\n  wanted: %s\n  got:    %.*s", line, wanted, STR_ARG(got));
    }
}

#define EXPECT(f, source, wanted)                                                        \
    expect_text((f), render((f), (source)), (wanted), __LINE__)

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

#endif
