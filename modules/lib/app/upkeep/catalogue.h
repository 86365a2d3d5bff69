/* catalogue.h: the operator's document of what the exchanges offer: read strictly, compared with what is
 * loaded, loaded at once. */
#ifndef APP_CATALOGUE_H
#define APP_CATALOGUE_H

#include "process/definition/report.h"
#include "store/catalogue.h"
#include "app/actor.h"

/** Rows in the order of the document, kind by kind; all of them active. */
struct catalogue_document {
    struct catalogue_row *rows;
    size_t count;
};

/**
 * Read a document of sql/README.md. Pure. ERR_INPUT when something was reported: a member that is not
 * known or missing, a key that is there twice or names nothing, a notice period without its rule, an
 * offer that is not available and says no rule.
 */
enum err catalogue_read(struct arena *arena, struct str text, struct report *report,
                        struct catalogue_document *out) MUST_USE;
/** The document that would load what is loaded now: JSON with line ends. */
struct str catalogue_write(struct arena *arena, const struct db_rows *rows);

enum catalogue_change_kind {
    CATALOGUE_ADDED,
    CATALOGUE_CHANGED,
    CATALOGUE_RETIRED, /**< not in the document: no longer offered */
};
struct catalogue_change {
    enum catalogue_change_kind kind;
    const struct catalogue_row *before; /**< ADDED: NULL, or a row that was retired */
    const struct catalogue_row *after;  /**< RETIRED: the row, inactive */
};
/** What loading `document` over `rows` changes, in the order of the kinds. Pure. */
size_t catalogue_difference(struct arena *arena, const struct db_rows *rows,
                            const struct catalogue_document *document,
                            struct catalogue_change **out);
/** "~ market gas-ttf: notice 30 days (Rule 4) -> none". One line, without its end. */
struct str catalogue_change_text(struct arena *arena,
                                 const struct catalogue_change *change);

struct catalogue_loading {
    const struct catalogue_document *document;
    struct str operator;              /**< who typed it, for the audit event */
    struct catalogue_change *changes; /**< out */
    size_t change_count;
};
/**
 * One transaction: all rows that change and one audit event; nothing if nothing changes. Programs read
 * the catalogue with every page that needs it, so it holds at once. Requests that were submitted keep
 * what they were decided by.
 */
enum err catalogue_load(const struct actor *actor,
                        struct catalogue_loading *loading) MUST_USE;

#endif
