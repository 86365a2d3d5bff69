/* json_source.h: reading a JSON file strictly, with the line of what is wrong.
 *
 * jansson keeps no positions. The path to the value is known where a problem is found, so the line
 * is looked up in the text then, and only then. A document loaded from the database has no text:
 * its lines are 0. */
#ifndef PROCESS_JSON_SOURCE_H
#define PROCESS_JSON_SOURCE_H

#include "formats/json.h"
#include "process/definition/report.h"
#include "process/definition/texts.h"

struct json_source {
    struct arena *arena;
    struct report *report;
    struct text_list *texts; /**< NULL: not collected */
    struct str text;         /**< absent: no lines */
};

/** Way to a value: `key` in an object, else `index` in an array. NULL is the whole document. */
struct json_at {
    const struct json_at *parent;
    const char *key;
    size_t index;
};

/** Parse `source->text`; a syntax error is reported with its line. */
enum err json_source_parse(struct json_source *source, json_t **out) MUST_USE;
/** Line of the value, or of the innermost container on the way that exists. */
int json_source_line(const struct json_source *source, const struct json_at *at);
void json_problem(struct json_source *source, const struct json_at *at,
                  const char *format, ...) PRINTF_LIKE(3, 4);
/** It is an object and has only these members (space-separated); else reported and false. */
bool json_check_object(struct json_source *source, const struct json_at *at,
                       const json_t *object, const char *allowed);
/** Member as text of one line, at most `max` characters; absent if not there. Collected as msgid. */
struct str json_read_msgid(struct json_source *source, const struct json_at *at,
                           const json_t *object, const char *key, bool required);
/** Member as text, not for people. */
struct str json_read_text(struct json_source *source, const struct json_at *at,
                          const json_t *object, const char *key, bool required);
struct int_range {
    int64_t min, max; /**< both allowed */
};
#define INT_RANGE(min_, max_) ((struct int_range){.min = (min_), .max = (max_)})
/** Member as integer in the range; 0 if absent, or (reported) anything else. */
int64_t json_read_int(struct json_source *source, const struct json_at *at,
                      const json_t *object, const char *key, struct int_range range);
bool json_read_bool(struct json_source *source, const struct json_at *at,
                    const json_t *object, const char *key);
/** Member as array; an empty one (reported if required) if it is none. */
const json_t *json_read_array(struct json_source *source, const struct json_at *at,
                              const json_t *object, const char *key, bool required);

#endif
