#include "base/conf.h"

#include <dirent.h>
#include <errno.h>
#include <ini.h>

#include "base/vec.h"

#define LINE_MAX_BYTES 4096
#define DROP_INS_MAX   1000

struct value {
    struct str text; /* NUL-terminated; STR_NONE while only the fallback holds */
    int64_t number;  /* CONF_INT, CONF_BOOL */
    int file; /* the file that set it last, to refuse a key given twice in one file */
    const char *path; /* of that file; NULL while only the fallback holds */
    int line;
};

/* [directory.staff]: a further section of a family, with values of its own. */
struct member {
    const char *section;  /* "directory.staff" */
    const char *family;   /* "directory" */
    struct value *values; /* beside keys; those of other sections stay unset */
};

struct conf {
    struct arena *arena;
    const char *path;
    const struct conf_key *keys;
    size_t key_count;
    struct value *values; /* beside keys */
    bool *section_seen;   /* beside keys: a file has the section of this key */
    struct vec members;   /* of struct member, in the order of the files */
};

/* Sections of which there may be several: [directory] and [directory.NAME], [provider.NAME]. */
static const char *const FAMILIES[] = {"directory", "provider"};
#define FAMILY_COUNT    (sizeof(FAMILIES) / sizeof(*FAMILIES))
#define MEMBER_NAME_MAX 32

/* One file while libinih reads it. */
struct reading {
    struct conf *conf;
    FILE *file;
    const char *path;
    struct str dir; /* with the '/' at its end, "" for the working directory */
    int line;
    int number; /* of the file, from 1 */
    enum err err;
};

static enum err refuse(struct reading *reading, const char *reason, const char *what)
{
    if (reading->err == OK)
        reading->err = err_note(ERR_INPUT, "%s:%d: %s%s%s", reading->path, reading->line,
                                reason, *what ? ": " : "", what);
    return reading->err;
}

static bool is_choice(const char *choices, struct str value)
{
    struct str rest = str_from(choices), choice;

    while (str_next(&rest, ' ', &choice)) {
        if (str_eq(choice, value))
            return true;
    }
    return false;
}

static bool parse_bool(struct str text, int64_t *out)
{
    if (is_choice("yes true on 1", text))
        *out = 1;
    else if (is_choice("no false off 0", text))
        *out = 0;
    else
        return false;
    return true;
}

static bool is_prefix(struct str text)
{
    if (text.len == 0 || text.ptr[0] != '/' || text.ptr[text.len - 1] != '/' ||
        str_find(text, STR("//")) >= 0)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];

        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
            !(c >= '0' && c <= '9') && !strchr("/-_.~", c))
            return false;
    }
    return true;
}

static bool is_origin(struct str text)
{
    struct str host = str_starts(text, STR("https://"))  ? str_from_index(text, 8)
                      : str_starts(text, STR("http://")) ? str_from_index(text, 7)
                                                         : STR_NONE;

    if (host.len == 0)
        return false;
    for (size_t i = 0; i < host.len; i++) {
        if (host.ptr[i] <= ' ' || strchr("/?#@\"<>\\", host.ptr[i]) ||
            host.ptr[i] == 0x7F)
            return false;
    }
    return true;
}

/* NULL, or why `text` does not fit; fills `value` if it does. */
static const char *set_value(struct conf *conf, const struct conf_key *key,
                             struct str dir, struct str text, struct value *value)
{
    int64_t number = 0;

    switch (key->kind) {
    case CONF_TEXT:
        if (!str_is_utf8(text))
            return "not UTF-8";
        break;
    case CONF_PATH:
        if (text.len && text.ptr[0] != '/')
            text = str_concat(conf->arena, dir, text);
        break;
    case CONF_INT:
        if (str_to_i64(text, &number) != OK)
            return "not a whole number";
        if (number < key->min || number > key->max)
            return str_format(conf->arena, "not between %lld and %lld",
                              (long long)key->min, (long long)key->max)
                .ptr;
        break;
    case CONF_BOOL:
        if (!parse_bool(text, &number))
            return "neither yes nor no";
        break;
    case CONF_CHOICE:
        if (!is_choice(key->choices, text))
            return str_format(conf->arena, "not one of: %s", key->choices).ptr;
        break;
    case CONF_PREFIX:
        if (!is_prefix(text))
            return "not a URL path with '/' at both ends";
        break;
    case CONF_ORIGIN:
        /* Empty only where that is the fallback: there is none. */
        if (!(text.len == 0 && key->fallback && !*key->fallback) && !is_origin(text))
            return "not http(s)://host[:port]";
        break;
    }
    value->text = str_copy(conf->arena, text);
    value->number = number;
    return NULL;
}

static bool is_member_name(struct str name)
{
    for (size_t i = 0; i < name.len; i++)
        if (!(name.ptr[i] >= 'a' && name.ptr[i] <= 'z') &&
            !(name.ptr[i] >= '0' && name.ptr[i] <= '9') && name.ptr[i] != '-')
            return false;
    return name.len > 0 && name.len <= MEMBER_NAME_MAX;
}

static struct member *find_member(const struct conf *conf, const char *section)
{
    for (size_t i = 0; i < conf->members.count; i++) {
        struct member *member = VEC_AT(&conf->members, struct member, i);

        if (strcmp(member->section, section) == 0)
            return member;
    }
    return NULL;
}

/* The member of a family that `section` names, made when it is new; NULL if it names none. */
static struct member *member_of(struct conf *conf, const char *section)
{
    struct member *member = find_member(conf, section);
    const char *dot = strchr(section, '.');

    if (member || !dot || !is_member_name(str_from(dot + 1)))
        return member;
    for (size_t i = 0; i < FAMILY_COUNT; i++) {
        if (!str_is((struct str){section, (size_t)(dot - section)}, FAMILIES[i]))
            continue;
        member = VEC_PUSH(&conf->members, struct member);
        member->section = str_c(conf->arena, str_from(section));
        member->family = FAMILIES[i];
        member->values = ARENA_ARRAY(conf->arena, struct value, conf->key_count);
        return member;
    }
    return NULL;
}

/* libinih's callback: nonzero means "go on". */
static int on_pair(void *user, const char *section, const char *name, const char *text)
{
    struct reading *reading = user;
    struct conf *conf = reading->conf;
    struct member *member = member_of(conf, section);
    struct value *values = member ? member->values : conf->values;
    const char *reason;
    bool known_section = false;

    if (reading->err != OK)
        return 0;
    if (member)
        section = member->family;
    for (size_t i = 0; i < conf->key_count; i++) {
        const struct conf_key *key = &conf->keys[i];
        struct value *value = &values[i];

        if (strcmp(key->section, section) != 0)
            continue;
        known_section = true;
        conf->section_seen[i] |= !member;
        if (strcmp(key->key, name) != 0)
            continue;
        if (value->file == reading->number) {
            (void)refuse(reading, "key given twice", name);
            return 0;
        }
        reason = set_value(conf, key, reading->dir, str_from(text), value);
        if (reason) {
            (void)refuse(reading, name, reason);
            return 0;
        }
        value->file = reading->number;
        value->path = reading->path;
        value->line = reading->line;
        /* The other keys of the section are visited too, so that all are marked as seen.
         */
        for (size_t j = i + 1; j < conf->key_count; j++)
            conf->section_seen[j] |=
                !member && strcmp(conf->keys[j].section, section) == 0;
        return 1;
    }
    (void)refuse(reading, known_section ? "unknown key" : "unknown section",
                 known_section ? name : section);
    return 0;
}

/* As fgets, but counts lines and refuses what libinih would silently cut. */
static char *read_line(char *text, int size, void *user)
{
    struct reading *reading = user;
    size_t len;

    if (reading->err != OK || !fgets(text, size, reading->file))
        return NULL;
    reading->line++;
    len = strlen(text);
    if (len == (size_t)size - 1 && text[len - 1] != '\n' && !feof(reading->file)) {
        (void)refuse(reading, "line too long", "");
        return NULL;
    }
    return text;
}

static enum err read_file(struct conf *conf, const char *path, int number)
{
    const char *slash = strrchr(path, '/');
    struct reading reading = {.conf = conf, .path = path, .number = number, .err = OK};
    int result;

    reading.dir = slash ? (struct str){path, (size_t)(slash - path) + 1} : STR("");
    reading.file = fopen(path, "re");
    if (!reading.file)
        return err_note(ERR_INPUT, "%s: %s", path, strerror(errno));
    /* libinih takes its options as variables. One key a line, whole lines up to the
     * limit, and no comment behind a value, since ';' is common in what people configure.
     */
    ini_use_stack = false;
    ini_initial_alloc = LINE_MAX_BYTES;
    ini_max_line = LINE_MAX_BYTES;
    ini_allow_multiline = false;
    ini_allow_inline_comments = false;
    ini_stop_on_first_error = true;
    result = ini_parse_stream(read_line, &reading, on_pair, &reading);
    if (reading.err == OK && ferror(reading.file))
        (void)refuse(&reading, "cannot be read", "");
    else if (reading.err == OK && result != 0)
        (void)refuse(&reading, "neither [section] nor key = value", "");
    (void)fclose(reading.file);
    return reading.err;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static enum err read_drop_ins(struct conf *conf, const char *path)
{
    struct vec names = VEC_INIT(conf->arena, char *);
    struct str dir_path = str_format(conf->arena, "%s.d", path);
    DIR *dir = opendir(dir_path.ptr);
    const struct dirent *entry;
    enum err err = OK;

    if (!dir)
        return errno == ENOENT
                   ? OK
                   : err_note(ERR_INPUT, "%s: %s", dir_path.ptr, strerror(errno));
    while ((entry = readdir(dir))) {
        struct str name = str_from(entry->d_name);

        if (name.ptr[0] == '.' || !str_ends(name, STR(".conf")))
            continue;
        if (names.count == DROP_INS_MAX) {
            err =
                err_note(ERR_INPUT, "%s: more than %d files", dir_path.ptr, DROP_INS_MAX);
            break;
        }
        *VEC_PUSH(&names, char *) = str_c(conf->arena, name);
    }
    (void)closedir(dir);
    if (names.count)
        qsort(names.items, names.count, names.item_size, compare_names);
    for (size_t i = 0; err == OK && i < names.count; i++)
        err = read_file(
            conf,
            str_format(conf->arena, "%s/%s", dir_path.ptr, *VEC_AT(&names, char *, i))
                .ptr,
            (int)i + 2);
    return err;
}

/* What no file sets gets its fallback; a mandatory key of a section that is there is missed. */
static enum err fill_fallbacks(struct conf *conf, const char *path,
                               const struct member *member)
{
    const char *slash = strrchr(path, '/');
    struct str dir = slash ? (struct str){path, (size_t)(slash - path) + 1} : STR("");
    struct value *values = member ? member->values : conf->values;

    for (size_t i = 0; i < conf->key_count; i++) {
        const struct conf_key *key = &conf->keys[i];
        bool seen = member != NULL || conf->section_seen[i];
        const char *reason;

        if (values[i].text.ptr || (member && strcmp(key->section, member->family) != 0))
            continue;
        if (!key->fallback && seen)
            return err_note(ERR_INPUT, "%s: [%s] needs %s", path,
                            member ? member->section : key->section, key->key);
        /* Mandatory, but its section is not there: nobody asks for it. */
        if (!key->fallback) {
            values[i].text = STR("");
            continue;
        }
        reason = set_value(conf, key, dir, str_from(key->fallback), &values[i]);
        if (reason)
            bug("[%s] %s: fallback: %s", key->section, key->key, reason);
    }
    return OK;
}

enum err conf_load(struct arena *arena, const char *path, struct conf **out)
{
    struct conf *conf = ARENA_NEW(arena, struct conf);
    enum err err;

    conf->arena = arena;
    conf->path = str_c(arena, str_from(path));
    conf->keys = conf_keys(&conf->key_count);
    conf->values = ARENA_ARRAY(arena, struct value, conf->key_count);
    conf->section_seen = ARENA_ARRAY(arena, bool, conf->key_count);
    conf->members = VEC_INIT(arena, struct member);
    err = read_file(conf, conf->path, 1);
    if (err == OK)
        err = read_drop_ins(conf, path);
    if (err == OK)
        err = fill_fallbacks(conf, path, NULL);
    for (size_t i = 0; err == OK && i < conf->members.count; i++)
        err = fill_fallbacks(conf, path, VEC_AT(&conf->members, struct member, i));
    if (err == OK)
        *out = conf;
    return err;
}

size_t conf_sections(const struct conf *conf, const char *family, const char **out,
                     size_t max)
{
    size_t count = 0;

    for (size_t i = 0; i < conf->key_count && count == 0 && max > 0; i++)
        if (conf->section_seen[i] && strcmp(conf->keys[i].section, family) == 0)
            out[count++] = conf->keys[i].section;
    for (size_t i = 0; i < conf->members.count && count < max; i++) {
        const struct member *member = VEC_AT(&conf->members, struct member, i);

        if (strcmp(member->family, family) == 0)
            out[count++] = member->section;
    }
    return count;
}

enum err conf_need(const struct conf *conf, const char *section)
{
    if (find_member(conf, section))
        return OK;
    for (size_t i = 0; i < conf->key_count; i++) {
        if (conf->section_seen[i] && strcmp(conf->keys[i].section, section) == 0)
            return OK;
    }
    return err_note(ERR_INPUT, "the configuration has no [%s]", section);
}

static const struct value *find(const struct conf *conf, const char *section,
                                const char *key, enum conf_kind *kind_out)
{
    const struct member *member = find_member(conf, section);
    const struct value *values = member ? member->values : conf->values;

    if (member)
        section = member->family;
    for (size_t i = 0; i < conf->key_count; i++) {
        if (strcmp(conf->keys[i].key, key) == 0 &&
            strcmp(conf->keys[i].section, section) == 0) {
            *kind_out = conf->keys[i].kind;
            return &values[i];
        }
    }
    bug("[%s] %s is not in CONF_KEYS", section, key);
}

struct str conf_str(const struct conf *conf, const char *section, const char *key)
{
    enum conf_kind kind;

    return find(conf, section, key, &kind)->text;
}

const char *conf_c(const struct conf *conf, const char *section, const char *key)
{
    return conf_str(conf, section, key).ptr;
}

int64_t conf_int(const struct conf *conf, const char *section, const char *key)
{
    enum conf_kind kind;
    const struct value *value = find(conf, section, key, &kind);

    if (kind != CONF_INT)
        bug("[%s] %s is no number", section, key);
    return value->number;
}

bool conf_bool(const struct conf *conf, const char *section, const char *key)
{
    enum conf_kind kind;
    const struct value *value = find(conf, section, key, &kind);

    if (kind != CONF_BOOL)
        bug("[%s] %s is no yes or no", section, key);
    return value->number != 0;
}

struct str conf_where(const struct conf *conf, struct arena *arena, const char *section,
                      const char *key)
{
    enum conf_kind kind;
    const struct value *value = find(conf, section, key, &kind);

    if (!value->path)
        return str_format(arena, "%s: [%s] %s", conf->path, section, key);
    return str_format(arena, "%s:%d: [%s] %s", value->path, value->line, section, key);
}
