/* view.h: view structs. Plain data plus a descriptor, which templates are compiled against and
 * which writes the same struct as JSON. No logic, no markup in a view. */
#ifndef TEXT_VIEW_H
#define TEXT_VIEW_H

#include "base/clock.h"
#include "base/str.h"

enum view_kind {
    VIEW_STR, /**< struct str, escaped by context; falsy when empty. JSON string or null */
    VIEW_MSG, /**< const char *msgid of our catalogue, translated when rendered; NULL is falsy */
    VIEW_MARKUP, /**< struct str that is markup; name must end in _html; only {{{name}}}; not in JSON */
    VIEW_BOOL,    /**< bool */
    VIEW_INT,     /**< int64_t, formatted for the locale; 0 is falsy */
    VIEW_INSTANT, /**< instant_us: date and time in the reader's zone; INSTANT_NONE is falsy.
                     {{name.iso}} gives RFC 3339 UTC in whole seconds for <time datetime>, {{name.date}} the day alone */
    VIEW_DAY, /**< day_no in the locale's format; DAY_NONE is falsy. {{name.iso}} gives YYYY-MM-DD */
    VIEW_BYTES, /**< int64_t size in bytes, shown as "1.2 MB" in the locale's format */
    VIEW_OBJECT, /**< embedded struct; {{#name}} enters it, {{name.field}} reaches into it */
    VIEW_PTR,    /**< pointer to a struct, may be NULL (falsy) */
    VIEW_LIST, /**< struct view_list; {{#name}} repeats; empty is falsy; {{name.count}} is its length */
};

/** Items laid out one after another, each of the size its descriptor says. */
struct view_list {
    const void *items;
    size_t count;
};

struct view_type;

/** One member of a view struct. */
struct view_field {
    const char *name;
    enum view_kind kind;
    size_t offset;
    const struct view_type *sub; /**< for OBJECT, PTR and LIST */
    bool html_only;              /**< left out of JSON (tokens, URLs of forms) */
};

/** Descriptor of a view struct. */
struct view_type {
    const char *name;
    size_t size_bytes;
    const struct view_field *fields;
    size_t field_count;
};

/** Row of a descriptor table: VIEW_F(struct start_view, company_name, VIEW_STR). */
#define VIEW_F(type, member, view_kind_)                                                 \
    {                                                                                    \
        .name = #member, .kind = (view_kind_), .offset = offsetof(type, member)          \
    }
/** As VIEW_F for OBJECT, PTR and LIST. */
#define VIEW_SUB(type, member, view_kind_, sub_)                                         \
    {                                                                                    \
        .name = #member, .kind = (view_kind_), .offset = offsetof(type, member),         \
        .sub = (sub_)                                                                    \
    }
/** As VIEW_F, not shown in JSON. */
#define VIEW_H(type, member, view_kind_)                                                 \
    {                                                                                    \
        .name = #member, .kind = (view_kind_), .offset = offsetof(type, member),         \
        .html_only = true                                                                \
    }
/** The descriptor itself: VIEW_TYPE(start_view_type, struct start_view, start_view_fields) */
#define VIEW_TYPE(variable, type, field_table)                                           \
    const struct view_type variable = {.name = #type,                                    \
                                       .size_bytes = sizeof(type),                       \
                                       .fields = (field_table),                          \
                                       .field_count =                                    \
                                           sizeof(field_table) / sizeof(*(field_table))}

#endif
