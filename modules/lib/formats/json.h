/* json.h: the one home of jansson. Reading: strict (UTF-8, no duplicates, depth limit). Writing of
 * view structs is text/view_json.c; this builder is for stored documents and payloads. */
#ifndef FORMATS_JSON_H
#define FORMATS_JSON_H

#include <jansson.h>

#include "base/buf.h"

/** Parse one JSON text; the value is released with the arena. ERR_INPUT with position noted. */
enum err json_parse(struct arena *arena, struct str text, json_t **out) MUST_USE;
/** A new empty object, released with the arena. */
json_t *json_new_object(struct arena *arena);
/** Compact, keys sorted (the same value always gives the same bytes). */
struct str json_write(struct arena *arena, const json_t *value);
/** For people: indented, members in the order in which they were set. No line end behind it. */
struct str json_write_lines(struct arena *arena, const json_t *value);
/** Text of a string; STR_NONE for any other value and NULL. Points into it. */
struct str json_str(const json_t *value);
/** Member as text; STR_NONE if absent or no string. Points into the value. */
struct str json_get_str(const json_t *object, const char *key);
int64_t json_get_int(const json_t *object, const char *key, int64_t fallback);
bool json_get_bool(const json_t *object, const char *key, bool fallback);
void json_set_str(json_t *object, const char *key, struct str value);
void json_set_int(json_t *object, const char *key, int64_t value);
void json_set_bool(json_t *object, const char *key, bool value);
/** Append a JSON string literal with quotes; '<', '>', '&', U+2028 and U+2029 are \u-escaped. */
void json_put_str(struct buf *buf, struct str text);

#endif
