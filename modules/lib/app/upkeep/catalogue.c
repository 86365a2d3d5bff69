#include "app/upkeep/catalogue.h"

#include "base/vec.h"
#include "formats/json.h"
#include "store/trail.h"

static const char *const kind_words[CATALOGUE_KIND_COUNT] = {
    [CATALOGUE_HOUSE] = "house",   [CATALOGUE_EXCHANGE] = "exchange",
    [CATALOGUE_MARKET] = "market", [CATALOGUE_PRODUCT] = "product",
    [CATALOGUE_OFFER] = "offer",
};

/* ---- the difference ---- */

static bool same_text(struct str a, struct str b)
{
    return (a.ptr == NULL) == (b.ptr == NULL) && str_eq(a, b);
}

/* What differs, for people: the members of both rows side by side. */
struct member {
    const char *name;
    struct str before;
    struct str after;
};
#define MEMBERS_MAX 8

static struct str notice(struct arena *arena, const struct catalogue_row *row)
{
    if (row == NULL || row->notice_reference.ptr == NULL)
        return STR("none");
    return str_format(arena, "%lld days (%.*s)", (long long)row->notice_days,
                      STR_ARG(row->notice_reference));
}

static struct str yes_no(const struct catalogue_row *row)
{
    return row->available ? STR("yes") : STR("no");
}

static size_t members_of(struct arena *arena, const struct catalogue_row *before,
                         const struct catalogue_row *after, struct member *out)
{
    const struct member members[] = {
        {"en", before->name_en, after->name_en},
        {"de", before->name_de, after->name_de},
        {after->kind == CATALOGUE_EXCHANGE ? "house" : "exchange", before->parent,
         after->parent},
        {"unit", before->unit, after->unit},
        {"notice", notice(arena, before), notice(arena, after)},
        {"available", yes_no(before), yes_no(after)},
        {"rule.en", before->rule_en, after->rule_en},
        {"rule.de", before->rule_de, after->rule_de},
    };
    size_t count = 0;

    for (size_t i = 0; i < sizeof members / sizeof *members; i++)
        if (!same_text(members[i].before, members[i].after))
            out[count++] = members[i];
    return count;
}

static bool is_same(struct arena *arena, const struct catalogue_row *before,
                    const struct catalogue_row *after)
{
    struct member members[MEMBERS_MAX];

    return members_of(arena, before, after, members) == 0 &&
           before->active == after->active &&
           (after->kind == CATALOGUE_OFFER || before->position == after->position);
}

static const struct catalogue_row *find(const struct catalogue_row *rows, size_t count,
                                        const struct catalogue_row *like)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].kind == like->kind && str_eq(rows[i].key, like->key))
            return &rows[i];
    return NULL;
}

size_t catalogue_difference(struct arena *arena, const struct db_rows *rows,
                            const struct catalogue_document *document,
                            struct catalogue_change **out)
{
    struct vec changes = VEC_INIT(arena, struct catalogue_change);
    const struct catalogue_row *items = rows->items;

    for (size_t i = 0; i < document->count; i++) {
        const struct catalogue_row *after = &document->rows[i];
        const struct catalogue_row *before = find(items, rows->count, after);
        if (before != NULL && is_same(arena, before, after))
            continue;
        *VEC_PUSH(&changes, struct catalogue_change) = (struct catalogue_change){
            before == NULL || !before->active ? CATALOGUE_ADDED : CATALOGUE_CHANGED,
            before, after};
    }
    for (size_t i = 0; i < rows->count; i++) {
        if (!items[i].active || find(document->rows, document->count, &items[i]) != NULL)
            continue;
        struct catalogue_row *after = ARENA_NEW(arena, struct catalogue_row);
        *after = items[i];
        after->active = false;
        *VEC_PUSH(&changes, struct catalogue_change) =
            (struct catalogue_change){CATALOGUE_RETIRED, &items[i], after};
    }
    *out = changes.items;
    return changes.count;
}

struct str catalogue_change_text(struct arena *arena,
                                 const struct catalogue_change *change)
{
    struct member members[MEMBERS_MAX];
    struct buf out = buf_init(arena, 16 << 10);
    const struct catalogue_row *after = change->after;
    static const char signs[] = {
        [CATALOGUE_ADDED] = '+', [CATALOGUE_CHANGED] = '~', [CATALOGUE_RETIRED] = '-'};

    buf_format(&out, "%c %s %.*s", signs[change->kind], kind_words[after->kind],
               STR_ARG(after->key));
    if (change->kind == CATALOGUE_RETIRED)
        buf_put_c(&out, ": no longer offered");
    if (change->kind == CATALOGUE_ADDED && change->before != NULL)
        buf_put_c(&out, ": offered again");
    if (change->kind != CATALOGUE_CHANGED)
        return buf_str(&out);
    size_t count = members_of(arena, change->before, after, members);
    if (count == 0)
        buf_format(&out, ": place %lld -> %lld", (long long)change->before->position,
                   (long long)after->position);
    for (size_t i = 0; i < count; i++)
        buf_format(&out, "%s %s %.*s -> %.*s", i > 0 ? ";" : ":", members[i].name,
                   STR_ARG(members[i].before.ptr ? members[i].before : STR("none")),
                   STR_ARG(members[i].after.ptr ? members[i].after : STR("none")));
    return buf_str(&out);
}

/* ---- loading ---- */

struct load_context {
    const struct actor *actor;
    struct catalogue_loading *loading;
};

static enum err write_trail(struct db *db, struct arena *arena,
                            const struct load_context *c)
{
    const struct catalogue_loading *loading = c->loading;
    json_t *detail = json_new_object(arena);
    json_t *lines = json_array();

    json_set_str(detail, "operator", loading->operator);
    json_object_set_new(detail, "changes", lines);
    for (size_t i = 0; i < loading->change_count; i++) {
        struct str text = catalogue_change_text(arena, &loading->changes[i]);
        json_array_append_new(lines, json_stringn(text.ptr, text.len));
    }
    const struct audit_row event = {.at = c->actor->now,
                                    .program = c->actor->program,
                                    .trace_id = c->actor->trace_id,
                                    .action = "catalogue.loaded",
                                    .detail = json_write(arena, detail)};
    return audit_insert(db, &event);
}

static enum err load_tx(struct db *db, struct arena *arena, void *context)
{
    struct load_context *c = context;
    struct catalogue_loading *loading = c->loading;
    struct db_rows rows = {0};
    enum err err = catalogue_list(db, arena, &rows);

    if (err != OK)
        return err;
    loading->change_count =
        catalogue_difference(arena, &rows, loading->document, &loading->changes);
    for (size_t i = 0; i < loading->change_count && err == OK; i++)
        err = catalogue_put(db, loading->changes[i].after);
    return err == OK && loading->change_count > 0 ? write_trail(db, arena, c) : err;
}

enum err catalogue_load(const struct actor *actor, struct catalogue_loading *loading)
{
    struct load_context c = {actor, loading};

    return tx_run(actor->db, actor->arena, TX_READ_WRITE, load_tx, &c);
}
