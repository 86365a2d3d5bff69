/* The configuration: defaults, drop-ins, and every kind of mistake with its file and line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/conf.h"
#include "base/secret.h"

struct folder {
    struct arena *arena;
    char dir[64];
};

static const char *path_of(struct folder *f, const char *name)
{
    return str_format(f->arena, "%s/%s", f->dir, name).ptr;
}

static void put(struct folder *f, const char *name, const char *text)
{
    FILE *file = fopen(path_of(f, name), "w");

    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static int begin(void **state)
{
    struct arena *arena = arena_new(16 << 20);
    struct folder *f = ARENA_NEW(arena, struct folder);

    f->arena = arena;
    (void)snprintf(f->dir, sizeof(f->dir), "/tmp/kontor-conf-XXXXXX");
    *state = f;
    return mkdtemp(f->dir) && mkdir(path_of(f, "k.conf.d"), 0700) == 0 ? 0 : -1;
}

static int end(void **state)
{
    static const char *const names[] = {"k.conf.d/10-a.conf", "k.conf.d/20-b.conf",
                                        "k.conf.d/readme", "k.conf", "secret"};
    struct folder *f = *state;
    struct arena *arena = f->arena;

    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
        (void)unlink(path_of(f, names[i]));
    (void)rmdir(path_of(f, "k.conf.d"));
    (void)rmdir(f->dir);
    arena_free(&arena);
    return 0;
}

static enum err load(struct folder *f, const char *text, struct conf **out)
{
    err_clear();
    put(f, "k.conf", text);
    return conf_load(f->arena, path_of(f, "k.conf"), out);
}

static void values(void **state)
{
    struct folder *f = *state;
    struct conf *conf = NULL;

    assert_int_equal(
        load(f,
             "# comment\n; another\n\n[site]\nname = Börse & Co ; kept\n"
             "  prefix=/portal/\n[database]\nport=3307\n[templates]\ndir=tpl\n"
             "catalogues=/abs/mo\nstatic_manifest=../m.json\n",
             &conf),
        OK);
    assert_true(str_is(conf_str(conf, "site", "name"), "Börse & Co ; kept"));
    assert_string_equal(conf_c(conf, "site", "prefix"), "/portal/");
    assert_true(str_is(conf_str(conf, "site", "language"), "de"));
    assert_int_equal(conf_int(conf, "database", "port"), 3307);
    assert_int_equal(conf_int(conf, "session", "idle_minutes"), 30);
    assert_string_equal(conf_c(conf, "templates", "dir"), path_of(f, "tpl"));
    assert_string_equal(conf_c(conf, "templates", "catalogues"), "/abs/mo");
    assert_string_equal(conf_c(conf, "database", "password_dir"), path_of(f, "secrets"));
    assert_string_equal(conf_c(conf, "database", "socket"), "");
    assert_int_equal(conf_need(conf, "templates"), OK);
    assert_int_equal(conf_need(conf, "scan"), ERR_INPUT);
}

static void drop_ins(void **state)
{
    struct folder *f = *state;
    struct conf *conf = NULL;

    put(f, "k.conf.d/20-b.conf", "[site]\nname=b\n[scan]\nsocket=s\n");
    put(f, "k.conf.d/10-a.conf", "[site]\nname=a\ncontact_mail=x@y\n");
    put(f, "k.conf.d/readme", "not read");
    assert_int_equal(load(f, "[site]\nname=main\nlanguage=en\n", &conf), OK);
    assert_string_equal(conf_c(conf, "site", "name"), "b");
    assert_string_equal(conf_c(conf, "site", "contact_mail"), "x@y");
    assert_string_equal(conf_c(conf, "site", "language"), "en");
    assert_non_null(strstr(conf_where(conf, f->arena, "site", "name").ptr,
                           "k.conf.d/20-b.conf:2: [site] name"));
    assert_non_null(strstr(conf_where(conf, f->arena, "site", "language").ptr,
                           "k.conf:3: [site] language"));
    assert_non_null(
        strstr(conf_where(conf, f->arena, "log", "level").ptr, "k.conf: [log] level"));
    /* Relative to the file that names it. */
    assert_string_equal(conf_c(conf, "scan", "socket"), path_of(f, "k.conf.d/s"));
    put(f, "k.conf.d/20-b.conf", "\n[site]\nnam=b\n");
    assert_int_equal(load(f, "", &conf), ERR_INPUT);
    assert_non_null(strstr(err_text(), "20-b.conf:3: unknown key: nam"));
}

static void refused(void **state)
{
    static const struct {
        const char *text;
        const char *note;
    } cases[] = {
        {"[site]\nnme=x\n", "k.conf:2: unknown key: nme"},
        {"[sit]\nname=x\n", "k.conf:2: unknown section: sit"},
        {"name=x\n", "k.conf:1: unknown section"},
        {"[site]\n\nname\n", "k.conf:3: neither"},
        {"[site\nname=x\n", "k.conf:1: neither"},
        {"[site]\nname=a\nname=b\n", "k.conf:3: key given twice: name"},
        {"[database]\nport=0\n", "k.conf:2: port: not between 1 and 65535"},
        {"[database]\nport=x\n", "k.conf:2: port: not a whole number"},
        {"[database]\nport=\n", "k.conf:2: port: not a whole number"},
        {"[site]\nlanguage=fr\n", "k.conf:2: language: not one of: de en"},
        {"[site]\nprefix=portal/\n", "k.conf:2: prefix"},
        {"[site]\nprefix=/portal\n", "k.conf:2: prefix"},
        {"[site]\nprefix=//\n", "k.conf:2: prefix"},
        {"[site]\nprefix=/a b/\n", "k.conf:2: prefix"},
        {"[site]\norigin=localhost\n", "k.conf:2: origin"},
        {"[site]\norigin=http://a/b\n", "k.conf:2: origin"},
        {"[site]\norigin=https://\n", "k.conf:2: origin"},
        {"[site]\norigin=\n", "k.conf:2: origin"},
        {"[site]\nstaff_origin=staff\n", "k.conf:2: staff_origin"},
        {"[site]\nname=\xFF\n", "k.conf:2: name: not UTF-8"},
        {"[scan]\ntimeout_ms=200\n", "k.conf: [scan] needs socket"},
    };
    struct folder *f = *state;
    struct conf *conf = NULL;

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        assert_int_equal(load(f, cases[i].text, &conf), ERR_INPUT);
        if (!strstr(err_text(), cases[i].note))
            fail_msg("wanted: %s\n  got:    %s", cases[i].note, err_text());
    }
    err_clear();
    assert_int_equal(conf_load(f->arena, "/nonexistent/k.conf", &conf), ERR_INPUT);
    assert_null(conf);
}

static void long_lines(void **state)
{
    struct folder *f = *state;
    struct conf *conf = NULL;
    char text[8192];

    memset(text, 'a', sizeof(text));
    memcpy(text, "[site]\nname=", 12);
    memcpy(text + 3000, "\n", 2);
    assert_int_equal(load(f, text, &conf), OK);
    assert_int_equal(conf_str(conf, "site", "name").len, 3000 - 12);
    text[3000] = text[3001] = 'a';
    memcpy(text + 6000, "\n", 2);
    assert_int_equal(load(f, text, &conf), ERR_INPUT);
    assert_non_null(strstr(err_text(), "k.conf:2: line too long"));
}

/* Each default passes its own check, each row has what the documentation prints. */
static void the_table(void **state)
{
    size_t count = 0;
    const struct conf_key *keys = conf_keys(&count);

    (void)state;
    assert_true(count > 40);
    for (size_t i = 0; i < count; i++) {
        assert_true(strlen(keys[i].meaning) > 3);
        assert_true(strlen(conf_kind_name(keys[i].kind)) > 0);
        for (size_t j = 0; j < i; j++)
            assert_true(strcmp(keys[i].section, keys[j].section) != 0 ||
                        strcmp(keys[i].key, keys[j].key) != 0);
    }
}

/* [directory] and [directory.NAME] have the same keys and values of their own. */
static void families(void **state)
{
    struct folder *f = *state;
    struct conf *conf = NULL;
    const char *names[4];

    assert_int_equal(
        load(f,
             "[directory.staff]\nuri = ldaps://s\nuser_base = b\n"
             "[directory]\nuri = ldaps://c\nuser_base = c\ntimeout_ms = 700\n"
             "[directory.b-2]\nuri = ldaps://d\nuser_base = d\n",
             &conf),
        OK);
    assert_int_equal(conf_sections(conf, "directory", names, 4), 3);
    assert_string_equal(names[0], "directory");
    assert_string_equal(names[1], "directory.staff");
    assert_string_equal(names[2], "directory.b-2");
    assert_int_equal(conf_sections(conf, "directory", names, 2), 2);
    assert_string_equal(conf_c(conf, "directory.staff", "uri"), "ldaps://s");
    assert_int_equal(conf_int(conf, "directory.staff", "timeout_ms"), 2500);
    assert_int_equal(conf_int(conf, "directory", "timeout_ms"), 700);
    assert_int_equal(conf_need(conf, "directory.b-2"), OK);
    assert_int_equal(load(f, "[directory.b]\nuri = ldaps://d\n", &conf), ERR_INPUT);
    assert_non_null(strstr(err_text(), "[directory.b] needs user_base"));
    assert_int_equal(load(f, "[directory.B]\nuri = ldaps://d\n", &conf), ERR_INPUT);
    assert_non_null(strstr(err_text(), "unknown section"));
    assert_int_equal(load(f, "[mail.b]\nfrom = a@b\n", &conf), ERR_INPUT);
    err_clear();
}

static void secret_files(void **state)
{
    struct folder *f = *state;
    struct secret *secret = NULL;
    char text[5000];

    put(f, "secret", "pass word\n\n");
    assert_int_equal(secret_read_file(f->arena, path_of(f, "secret"), &secret), OK);
    assert_true(str_is(secret_str(secret), "pass word\n"));
    memset(text, 'a', sizeof(text));
    text[4097] = '\0';
    put(f, "secret", text);
    assert_int_equal(secret_read_file(f->arena, path_of(f, "secret"), &secret),
                     ERR_UNAVAILABLE);
    assert_int_equal(secret_read_file(f->arena, path_of(f, "none"), &secret),
                     ERR_UNAVAILABLE);
    assert_true(str_is(secret_str(secret), "pass word\n"));
    err_clear();
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(values),      TEST(drop_ins),  TEST(refused),
                                       TEST(long_lines),  TEST(the_table), TEST(families),
                                       TEST(secret_files)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
