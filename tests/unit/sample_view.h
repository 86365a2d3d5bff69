/* sample_view.h: renders every page of a program's table, in both languages, with views filled by their
 * descriptors: nobody has to write a view for a page by hand, and a new page is in at once.
 *
 * The pages go to build/pages, where `make pages` shows them to the Nu checker; the JSON of each view, which is
 * the HTTP API, is compared with tests/golden/api. */
#ifndef TEST_SAMPLE_VIEW_H
#define TEST_SAMPLE_VIEW_H

#include <dirent.h>
#include <errno.h>
#include <sys/stat.h>

#include "golden.h"
#include "text/template.h"
#include "web/frame.h"
#include "web/page.h"

/** What a view is filled with. */
enum sample {
    SAMPLE_FULL,  /**< everything is there, every flag set */
    SAMPLE_PLAIN, /**< everything is there, no flag set */
    SAMPLE_BARE,  /**< text only: no flag, no list, no time, no number */
    SAMPLE_COUNT
};
static const char *const sample_names[SAMPLE_COUNT] = {"full", "plain", "bare"};

struct sampler {
    struct arena *arena;
    enum sample sample;
    int64_t serial; /**< makes ids unique */
    size_t turn;    /**< which one of the is_... flags, that exclude each other, is set */
    bool later;     /**< in an item of a list that is not its first */
    bool
        brief; /**< in an item that is no list (is_list): its lists have one item, nobody sees them */
};

/** Values that HTML has a list of; any other text is its name and a number. */
static struct str sample_text(struct sampler *sampler, const char *name)
{
    static const struct {
        const char *name;
        const char *value;
    } known[] = {
        {"accept", ".pdf,.png"},
        {"input_type", "text"},
        {"input_mode", "text"},
        {"autocomplete", "organization"},
        {"invalid", "true"},
        {"language", "de"},
        {"body_invalid", "true"},
        {"max_date", "2026-03-01"},
        {"qr_path", "M4 4h7v1h-7z"},
        {"d", "M4 4h7v1h-7z"},
        {"qr_view_box", "0 0 29 29"},
        {"app_link", "otpauth://totp/Kontor:anna?secret=GEZDGNBV"},
        {"due_on", "2026-03-01"},
        {"arrived_on", "2026-03-01"},
        {"issued_on", "2026-03-01"},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strcmp(name, known[i].name) == 0) {
            return str_from(known[i].value);
        }
    }
    return str_format(sampler->arena, "%s-%lld", name, (long long)++sampler->serial);
}

/** Times that every row has; any other one may be absent. */
static bool sample_is_always(const char *name)
{
    static const char *const names[] = {"submitted_at", "created_at",   "changed_at",
                                        "since_at",     "completed_at", "intake_due_at"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(name, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool sample_is_alternative(const struct view_field *field)
{
    return field->kind == VIEW_BOOL && strncmp(field->name, "is_", 3) == 0;
}

static size_t sample_alternatives(const struct view_type *type)
{
    size_t count = 0;
    for (size_t i = 0; i < type->field_count; i++) {
        count += sample_is_alternative(&type->fields[i]);
    }
    return count;
}

static void sample_fill(struct sampler *sampler, const struct view_type *type,
                        char *view);

static struct view_list sample_list(struct sampler *sampler, const struct view_type *type)
{
    size_t kinds = sample_alternatives(type);
    struct view_list list = {.count = sampler->brief ? 1 : kinds > 2 ? kinds : 2};
    char *items = arena_alloc(sampler->arena, list.count * type->size_bytes);
    for (size_t i = 0; i < list.count; i++) {
        size_t turn = sampler->turn;
        bool later = sampler->later;
        sampler->turn = i;
        sampler->later |= i > 0;
        sample_fill(sampler, type, items + i * type->size_bytes);
        sampler->turn = turn;
        sampler->later = later;
    }
    list.items = items;
    return list;
}

static void sample_fill(struct sampler *sampler, const struct view_type *type, char *view)
{
    const instant_us instant = INT64_C(1772359200) * US_PER_S; /* 2026-03-01T10:00Z */
    bool bare = sampler->sample == SAMPLE_BARE;
    bool brief = sampler->brief;
    size_t alternative = 0;
    for (size_t i = 0; i < type->field_count; i++) {
        const struct view_field *field = &type->fields[i];
        void *at = view + field->offset;
        switch (field->kind) {
        case VIEW_STR:
            *(struct str *)at = sample_text(sampler, field->name);
            break;
        case VIEW_MSG:
            *(const char **)at = "Overdue";
            break;
        case VIEW_MARKUP:
            *(struct str *)at = STR("<b>markup</b>");
            break;
        case VIEW_BOOL:
            *(bool *)at = sampler->sample == SAMPLE_FULL;
            if (strcmp(field->name, "selected") == 0) { /* one of a list */
                *(bool *)at = sampler->turn == 0;
            }
            if (strcmp(field->name, "chosen") == 0) { /* one of a list of lists */
                *(bool *)at = !sampler->later;
            }
            if (sample_is_alternative(field)) {
                size_t count = sample_alternatives(type);
                *(bool *)at = alternative++ == sampler->turn % count;
                if (strcmp(field->name, "is_list") == 0)
                    sampler->brief = !*(bool *)at;
            }
            break;
        case VIEW_INT:
            *(int64_t *)at = bare ? 0 : 2;
            break;
        case VIEW_INSTANT:
            *(instant_us *)at =
                bare && !sample_is_always(field->name) ? INSTANT_NONE : instant;
            break;
        case VIEW_DAY:
            *(day_no *)at = bare ? DAY_NONE : 20513; /* 2026-03-01 */
            break;
        case VIEW_BYTES:
            *(int64_t *)at = 1234567;
            break;
        case VIEW_OBJECT:
            sample_fill(sampler, field->sub, at);
            break;
        case VIEW_PTR:
            if (!bare) {
                char *object = arena_alloc(sampler->arena, field->sub->size_bytes);
                sample_fill(sampler, field->sub, object);
                *(const void **)at = object;
            }
            break;
        case VIEW_LIST:
            if (!bare) {
                *(struct view_list *)at = sample_list(sampler, field->sub);
            }
            break;
        }
    }
    sampler->brief = brief;
}

static const void *sample_view(struct arena *arena, enum sample sample,
                               const struct view_type *type)
{
    struct sampler sampler = {.arena = arena, .sample = sample};
    char *view = arena_alloc(arena, type->size_bytes);
    sample_fill(&sampler, type, view);
    return view;
}

/** The layout's data as the guard leaves them; errors only where an error can be. */
static struct frame_view sample_frame(enum language language, enum sample sample,
                                      bool is_staff)
{
    return (struct frame_view){
        .language = str_from(language_code(language)),
        .prefix = STR("/portal/"),
        .path = STR("somewhere"),
        .site_name = STR("Kontor"),
        .csrf_token = STR("TOKEN"),
        .signed_in = sample != SAMPLE_BARE,
        .is_staff = is_staff,
        .is_customer = !is_staff,
        .user_name = STR("Ada <Sample>"),
        .company_name = STR("Südwerk & Söhne"),
        .may_edit = sample == SAMPLE_FULL,
        .may_intake = sample == SAMPLE_FULL,
        .may_tickets = sample == SAMPLE_FULL,
        .may_people = sample == SAMPLE_FULL,
        .may_companies = sample == SAMPLE_FULL,
        .css_url = STR("/portal/static/kontor.css"),
        .js_url = STR("/portal/static/kontor.js"),
        .url_en = STR("?lang=en"),
        .url_de = STR("?lang=de"),
        .is_en = language == LANGUAGE_EN,
        .is_de = language == LANGUAGE_DE,
        .notice = sample != SAMPLE_BARE ? "Overdue" : NULL,
        .notice_warns = sample == SAMPLE_PLAIN,
        .contact_mail = STR("kontor@example.org"),
        .request_id = STR("0123456789abcdef"),
    };
}

struct sample_site {
    struct arena *arena;
    struct template_set *set;
    struct i18n *i18n;
    struct locale_formats *formats[LANGUAGE_COUNT];
};

static int sample_open(void **state)
{
    struct arena *arena = arena_new((size_t)64 << 20);
    struct sample_site *site = ARENA_NEW(arena, struct sample_site);
    site->arena = arena;
    enum err err = i18n_open(arena, "build/catalogues", &site->i18n);
    for (enum language l = 0; err == OK && l < LANGUAGE_COUNT; l++) {
        err = locale_formats_new(arena, language_code(l), &site->formats[l]);
    }
    if (err == OK) {
        err = template_set_new(arena, "templates", &frame_view_type, &site->set);
    }
    if (err != OK) {
        print_error("%s\n", err_text());
    }
    *state = site;
    return err != OK;
}

static int sample_close(void **state)
{
    struct arena *arena = ((struct sample_site *)*state)->arena;
    arena_free(&arena);
    return 0;
}

/** "pages/login/login.html" -> "login". */
static struct str sample_page_name(const char *file)
{
    const char *slash = strrchr(file, '/');
    const char *name = slash == NULL ? file : slash + 1;
    return (struct str){name, strcspn(name, ".")};
}

static void sample_write(const char *path, struct str bytes)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL || fwrite(bytes.ptr, 1, bytes.len, file) != bytes.len ||
        fclose(file) != 0) {
        fail_msg("%s: not written", path);
    }
}

static void sample_json(const struct sample_site *site, const char *program,
                        const struct page_template *page,
                        const struct render_context *context)
{
    const void *view = sample_view(site->arena, SAMPLE_FULL, page->view);
    struct buf json = buf_init(site->arena, (size_t)1 << 20);
    struct buf lines = buf_init(site->arena, (size_t)1 << 20);
    view_write_json(page->view, view, context, &json);
    struct str text = buf_str(&json);
    for (size_t i = 0; i < text.len;
         i++) { /* one member a line: git shows what changed */
        buf_put_char(&lines, text.ptr[i]);
        if (text.ptr[i] == ',' || text.ptr[i] == '{') {
            buf_put_char(&lines, '\n');
        }
    }
    buf_put_char(&lines, '\n');
    struct str name = sample_page_name(page->file);
    golden_check(site->arena,
                 str_format(site->arena, "api/%s-%.*s.json", program, STR_ARG(name)).ptr,
                 buf_str(&lines));
}

/** Every template of a program's folder is in its table; names with '_' are parts. */
static void sample_none_left_out(const struct sample_site *site, const char *program,
                                 const struct page_template *pages, size_t count)
{
    DIR *dir = opendir(str_format(site->arena, "templates/pages/%s", program).ptr);
    assert_non_null(dir);
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        bool found = entry->d_name[0] == '_' || entry->d_name[0] == '.';
        for (size_t i = 0; i < count && !found; i++) {
            found = strcmp(strrchr(pages[i].file, '/') + 1, entry->d_name) == 0;
        }
        if (!found) {
            fail_msg("templates/pages/%s/%s: no page uses it", program, entry->d_name);
        }
    }
    closedir(dir);
}

static void sample_pages(const struct sample_site *site, const char *program,
                         const struct page_template *pages, size_t count)
{
    bool is_staff = strcmp(program, "dashboard") == 0;
    sample_none_left_out(site, program, pages, count);
    assert_true(mkdir("build/pages", 0755) == 0 || errno == EEXIST);
    for (size_t i = 0; i < count; i++) {
        const struct template *tpl = NULL;
        if (template_compile(site->set, pages[i].file, pages[i].view, &tpl) != OK) {
            fail_msg("%s", err_text());
        }
        for (int n = 0; n < LANGUAGE_COUNT * SAMPLE_COUNT; n++) {
            enum language language = (enum language)(n % LANGUAGE_COUNT);
            enum sample sample = (enum sample)(n / LANGUAGE_COUNT);
            struct render_context context = {
                .i18n = site->i18n,
                .formats = {site->formats[0], site->formats[1]},
                .language = language,
                .zone = STR("Europe/Berlin")};
            struct frame_view frame = sample_frame(language, sample, is_staff);
            struct buf out = buf_init(site->arena, (size_t)1 << 20);
            struct str name = sample_page_name(pages[i].file);
            template_render(tpl, &context, &frame,
                            sample_view(site->arena, sample, pages[i].view), &out);
            assert_int_equal(buf_check(&out), OK);
            sample_write(str_format(site->arena, "build/pages/%s-%.*s.%s.%s.html",
                                    program, STR_ARG(name), sample_names[sample],
                                    language_code(language))
                             .ptr,
                         buf_str(&out));
            if (n == 0) {
                sample_json(site, program, &pages[i], &context);
            }
        }
    }
}

#endif
