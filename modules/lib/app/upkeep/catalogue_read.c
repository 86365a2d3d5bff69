/* catalogue_read.c: the operator's document as rows. */
#include "app/upkeep/catalogue.h"

#include "base/vec.h"
#include "process/definition/json_source.h"
#include "process/definition/rules.h"

#define NAME_MAX_CHARACTERS 100
#define RULE_MAX_CHARACTERS 500
#define UNIT_MAX_CHARACTERS 20
#define NOTICE_DAYS_MAX     3660

struct reading {
    struct json_source source;
    struct vec rows; /* struct catalogue_row */
};

/* What stands where in the document. */
static const struct part {
    enum catalogue_kind kind;
    const char *list;
    const char *members;
} PARTS[] = {
    {CATALOGUE_HOUSE, "houses", "key en de"},
    {CATALOGUE_EXCHANGE, "exchanges", "key en de house"},
    {CATALOGUE_MARKET, "markets", "key en de exchange notice"},
    {CATALOGUE_PRODUCT, "products", "key en de unit"},
    {CATALOGUE_OFFER, "offers", "product market available rule"},
};

static struct str read_line(struct reading *r, const struct json_at *at,
                            const json_t *object, const char *key, size_t max)
{
    struct str text = json_read_text(&r->source, at, object, key, true);

    if (str_utf8_length(text) > max)
        json_problem(&r->source, &(struct json_at){at, key, 0},
                     "\"%s\" is longer than %zu characters", key, max);
    return text;
}

static const struct catalogue_row *find(const struct reading *r, enum catalogue_kind kind,
                                        struct str key)
{
    for (size_t i = 0; i < r->rows.count; i++) {
        const struct catalogue_row *row = VEC_AT(&r->rows, struct catalogue_row, i);
        if (row->kind == kind && str_eq(row->key, key))
            return row;
    }
    return NULL;
}

/* A member that names a row read before. */
static struct str read_name_of(struct reading *r, const struct json_at *at,
                               const json_t *object, const char *key,
                               enum catalogue_kind kind)
{
    struct str text = json_read_text(&r->source, at, object, key, true);

    if (text.ptr != NULL && find(r, kind, text) == NULL)
        json_problem(&r->source, &(struct json_at){at, key, 0},
                     "%s \"%.*s\" is not in this document", key, STR_ARG(text));
    return text;
}

/* There is no default for a notice period: it comes with the rule of the rule book that says so. */
static void read_notice(struct reading *r, const struct json_at *at, const json_t *object,
                        struct catalogue_row *row)
{
    const json_t *notice = json_object_get(object, "notice");
    struct json_at here = {at, "notice", 0};

    if (notice == NULL || json_is_null(notice) ||
        !json_check_object(&r->source, &here, notice, "days reference"))
        return;
    if (!json_object_get(notice, "days"))
        json_problem(&r->source, &here, "\"days\" is missing");
    row->notice_days =
        json_read_int(&r->source, &here, notice, "days", INT_RANGE(0, NOTICE_DAYS_MAX));
    row->notice_reference = read_line(r, &here, notice, "reference", RULE_MAX_CHARACTERS);
}

static void read_offer(struct reading *r, const struct json_at *at, const json_t *object,
                       struct catalogue_row *row)
{
    const json_t *rule = json_object_get(object, "rule");
    struct json_at rule_at = {at, "rule", 0};

    row->product = read_name_of(r, at, object, "product", CATALOGUE_PRODUCT);
    row->parent = read_name_of(r, at, object, "market", CATALOGUE_MARKET);
    row->key = str_format(r->source.arena, "%.*s@%.*s", STR_ARG(row->product),
                          STR_ARG(row->parent));
    if (!json_object_get(object, "available"))
        json_problem(&r->source, at, "\"available\" is missing");
    row->available = json_read_bool(&r->source, at, object, "available");
    if (rule != NULL && !json_is_null(rule) &&
        json_check_object(&r->source, &rule_at, rule, "en de")) {
        row->rule_en = read_line(r, &rule_at, rule, "en", RULE_MAX_CHARACTERS);
        row->rule_de = read_line(r, &rule_at, rule, "de", RULE_MAX_CHARACTERS);
    } else if (!row->available) {
        json_problem(&r->source, at,
                     "what is not available says by which rule: \"rule\" is missing");
    }
}

static void read_named(struct reading *r, const struct json_at *at, const json_t *object,
                       struct catalogue_row *row)
{
    row->key = json_read_text(&r->source, at, object, "key", true);
    if (row->key.ptr != NULL && !rule_is_key(row->key))
        json_problem(&r->source, &(struct json_at){at, "key", 0},
                     "\"key\" must be lower-case letters, digits and '-'");
    row->name_en = read_line(r, at, object, "en", NAME_MAX_CHARACTERS);
    row->name_de = read_line(r, at, object, "de", NAME_MAX_CHARACTERS);
    if (row->kind == CATALOGUE_EXCHANGE && json_object_get(object, "house"))
        row->parent = read_name_of(r, at, object, "house", CATALOGUE_HOUSE);
    if (row->kind == CATALOGUE_MARKET) {
        row->parent = read_name_of(r, at, object, "exchange", CATALOGUE_EXCHANGE);
        read_notice(r, at, object, row);
    }
    if (row->kind == CATALOGUE_PRODUCT)
        row->unit = read_line(r, at, object, "unit", UNIT_MAX_CHARACTERS);
}

static void read_part(struct reading *r, const json_t *document, const struct part *part)
{
    const json_t *list = json_read_array(&r->source, NULL, document, part->list, false);
    struct json_at list_at = {NULL, part->list, 0};

    for (size_t i = 0; i < json_array_size(list); i++) {
        struct json_at at = {&list_at, NULL, i};
        const json_t *object = json_array_get(list, i);
        struct catalogue_row row = {
            .kind = part->kind, .position = (int64_t)i + 1, .active = true};
        if (!json_check_object(&r->source, &at, object, part->members))
            continue;
        if (part->kind == CATALOGUE_OFFER)
            read_offer(r, &at, object, &row);
        else
            read_named(r, &at, object, &row);
        if (find(r, part->kind, row.key) != NULL)
            json_problem(&r->source, &at, "%.*s is there twice", STR_ARG(row.key));
        *VEC_PUSH(&r->rows, struct catalogue_row) = row;
    }
}

enum err catalogue_read(struct arena *arena, struct str text, struct report *report,
                        struct catalogue_document *out)
{
    struct reading r = {
        .source = {.arena = arena, .report = report, .text = text},
        .rows = VEC_INIT(arena, struct catalogue_row),
    };
    json_t *document;
    enum err err = json_source_parse(&r.source, &document);

    if (err != OK)
        return err;
    if (json_check_object(&r.source, NULL, document,
                          "houses exchanges markets products offers"))
        for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++)
            read_part(&r, document, &PARTS[i]);
    *out = (struct catalogue_document){r.rows.items, r.rows.count};
    return report_result(report);
}

/* ---- and back ---- */

static void put_text(json_t *object, const char *key, struct str text)
{
    if (text.ptr != NULL)
        json_set_str(object, key, text);
}

static json_t *object_of(const struct catalogue_row *row)
{
    json_t *object = json_object();

    if (row->kind != CATALOGUE_OFFER)
        put_text(object, "key", row->key);
    put_text(object, "product", row->product);
    put_text(object,
             row->kind == CATALOGUE_EXCHANGE ? "house"
             : row->kind == CATALOGUE_MARKET ? "exchange"
                                             : "market",
             row->parent);
    put_text(object, "en", row->name_en);
    put_text(object, "de", row->name_de);
    put_text(object, "unit", row->unit);
    if (row->notice_reference.ptr != NULL) {
        json_t *notice = json_object();
        json_set_int(notice, "days", row->notice_days);
        json_set_str(notice, "reference", row->notice_reference);
        json_object_set_new(object, "notice", notice);
    }
    if (row->kind == CATALOGUE_OFFER)
        json_set_bool(object, "available", row->available);
    if (row->rule_en.ptr != NULL) {
        json_t *rule = json_object();
        json_set_str(rule, "en", row->rule_en);
        json_set_str(rule, "de", row->rule_de);
        json_object_set_new(object, "rule", rule);
    }
    return object;
}

struct str catalogue_write(struct arena *arena, const struct db_rows *rows)
{
    const struct catalogue_row *items = rows->items;
    json_t *document = json_new_object(arena);

    for (size_t p = 0; p < sizeof PARTS / sizeof *PARTS; p++) {
        json_t *list = json_array();
        json_object_set_new(document, PARTS[p].list, list);
        for (size_t i = 0; i < rows->count; i++)
            if (items[i].kind == (int64_t)PARTS[p].kind && items[i].active)
                json_array_append_new(list, object_of(&items[i]));
    }
    return json_write_lines(arena, document);
}
