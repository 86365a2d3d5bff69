#include "auth/directory_map.h"

#include <errno.h>

#include "base/vec.h"
#include "auth/directory_dn.h"

#define LINE_MAX_BYTES 4096
#define LINES_MAX      10000
#define COMPANY_MAX    32
#define TEAM_MAX       64
#define BOM            "\xEF\xBB\xBF"

struct reading {
    struct arena *arena;
    const char *path;
    int line;
};

static enum err refuse(const struct reading *at, const char *reason, struct str what)
{
    return err_note(ERR_INPUT, "%s:%d: %s%s%.*s", at->path, at->line, reason,
                    what.len > 0 ? ": " : "", STR_ARG(what));
}

/* As team.team_key: the database decides which exist, `kontorctl doctor` compares. */
static bool is_team_key(struct str key)
{
    for (size_t i = 0; i < key.len; i++)
        if (!(key.ptr[i] >= 'a' && key.ptr[i] <= 'z') &&
            !(key.ptr[i] >= '0' && key.ptr[i] <= '9') && key.ptr[i] != '-')
            return false;
    return key.len > 0 && key.len <= TEAM_MAX;
}

static enum err add_role(const struct reading *at, struct str key,
                         struct group_meaning *out)
{
    enum role role = role_from_key(key);

    if (role == ROLE_NONE)
        return refuse(at, "unknown role", key);
    if (!role_is_staff(role))
        return refuse(at, "a role that only a company's coordinator gives", key);
    if (out->roles >> role & 1u)
        return refuse(at, "role given twice", key);
    out->roles |= 1u << role;
    return OK;
}

static enum err add_team(const struct reading *at, struct str key,
                         struct group_meaning *out)
{
    if (!is_team_key(key))
        return refuse(at, "not a team key (a-z, 0-9, '-')", key);
    for (size_t i = 0; i < out->team_count; i++)
        if (str_eq(out->teams[i], key))
            return refuse(at, "team given twice", key);
    if (out->team_count == GROUP_TEAMS_MAX)
        return refuse(at, "more than 16 teams in one line", STR_NONE);
    out->teams[out->team_count++] = str_copy(at->arena, key);
    return OK;
}

/* "role intake", "team it", "company M-1001". */
static enum err add_gift(const struct reading *at, struct str gift,
                         struct group_meaning *out)
{
    ssize_t blank = str_index(gift, ' ');
    struct str kind = blank < 0 ? gift : str_sub(gift, 0, (size_t)blank);
    struct str key = blank < 0 ? STR_NONE : str_trim(str_from_index(gift, (size_t)blank));

    if (key.len == 0)
        return refuse(at, "expected role KEY, team KEY or company NUMBER", gift);
    if (str_is(kind, "role"))
        return add_role(at, key, out);
    if (str_is(kind, "team"))
        return add_team(at, key, out);
    if (!str_is(kind, "company"))
        return refuse(at, "expected role KEY, team KEY or company NUMBER", gift);
    if (out->company.len > 0)
        return refuse(at, "a group has one company", key);
    if (key.len > COMPANY_MAX)
        return refuse(at, "a member number has at most 32 bytes", key);
    out->company = str_copy(at->arena, key);
    return OK;
}

static enum err read_meaning(const struct reading *at, struct str line,
                             struct group_meaning *out)
{
    ssize_t arrow = str_find(line, STR("->"));
    struct str gifts, gift;
    enum err err = OK;

    if (arrow < 0)
        return refuse(at, "expected: DN -> role KEY, team KEY", STR_NONE);
    out->text = str_copy(at->arena, str_trim(str_sub(line, 0, (size_t)arrow)));
    if (dn_normal(at->arena, out->text, &out->dn) != OK)
        return refuse(at, "not a distinguished name", out->text);
    out->line = at->line;
    gifts = str_from_index(line, (size_t)arrow + 2);
    while (err == OK && str_next(&gifts, ',', &gift))
        err = add_gift(at, str_trim(gift), out);
    if (err == OK && out->company.len > 0 && (out->roles || out->team_count > 0))
        return refuse(at, "a group is of staff or of a company, not of both", STR_NONE);
    return err;
}

static enum err read_lines(struct reading *at, FILE *file, struct vec *meanings)
{
    char text[LINE_MAX_BYTES];
    enum err err = OK;

    while (err == OK && fgets(text, sizeof(text), file)) {
        struct str line = str_from(text);
        struct group_meaning meaning = {0};

        at->line++;
        if (line.len == sizeof(text) - 1 && text[line.len - 1] != '\n')
            return refuse(at, "line too long", STR_NONE);
        if (at->line == 1 && str_starts(line, STR(BOM)))
            line = str_from_index(line, STR(BOM).len);
        line = str_trim(line);
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        if (!str_is_utf8(line))
            return refuse(at, "not UTF-8", STR_NONE);
        if (meanings->count == LINES_MAX)
            return refuse(at, "more than 10000 groups", STR_NONE);
        err = read_meaning(at, line, &meaning);
        for (size_t i = 0; err == OK && i < meanings->count; i++) {
            const struct group_meaning *before =
                VEC_AT(meanings, struct group_meaning, i);

            if (str_eq(before->dn, meaning.dn))
                err = err_note(ERR_INPUT,
                               "%s:%d: the group has a meaning already, in line %d",
                               at->path, at->line, before->line);
        }
        if (err == OK)
            *VEC_PUSH(meanings, struct group_meaning) = meaning;
    }
    if (err == OK && ferror(file))
        return err_note(ERR_UNAVAILABLE, "%s: cannot be read", at->path);
    return err;
}

enum err group_map_parse(struct arena *arena, const char *path, FILE *file,
                         struct group_map *out)
{
    struct reading at = {arena, path, 0};
    struct vec meanings = VEC_INIT(arena, struct group_meaning);
    enum err err = read_lines(&at, file, &meanings);

    if (err != OK)
        return err;
    *out = (struct group_map){.items = meanings.items, .count = meanings.count};
    for (size_t i = 0; i < out->count; i++) {
        out->has_companies |= out->items[i].company.len > 0;
        out->has_staff |= out->items[i].company.len == 0;
    }
    return OK;
}

enum err group_map_read(struct arena *arena, const char *path, struct group_map *out)
{
    FILE *file = fopen(path, "re");
    enum err err;

    if (!file)
        return err_note(ERR_UNAVAILABLE, "%s: %s", path, strerror(errno));
    err = group_map_parse(arena, path, file, out);
    (void)fclose(file);
    return err;
}

const struct group_meaning *group_map_find(const struct group_map *map, struct str dn)
{
    for (size_t i = 0; i < map->count; i++)
        if (str_eq(map->items[i].dn, dn))
            return &map->items[i];
    return NULL;
}
