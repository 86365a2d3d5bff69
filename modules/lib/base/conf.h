/* conf.h: the configuration file (INI, read by libinih), checked against a table of known
 * keys.
 *
 * The table is CONF_KEYS in conf_keys.c: section, key, kind, default, meaning. An unknown
 * key, a bad value or a missing mandatory key is refused with file and line. `kontorctl
 * configuration` prints the same table. */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include "base/str.h"

struct conf;

/** How a value is checked when it is read. */
enum conf_kind {
    CONF_TEXT,
    CONF_PATH,   /**< made absolute from the folder of the file that names it; empty stays
                    empty */
    CONF_INT,    /**< min..max */
    CONF_BOOL,   /**< yes/no, true/false, on/off, 1/0 */
    CONF_CHOICE, /**< one of `choices` */
    CONF_PREFIX, /**< URL path that begins and ends with '/' */
    CONF_ORIGIN, /**< http(s)://host[:port] without a path */
};

/** One known key. */
struct conf_key {
    const char *section;
    const char *key;
    enum conf_kind kind;
    /** value when absent; NULL: mandatory where the section is present */
    const char *fallback;
    const char *choices; /**< CONF_CHOICE: separated by blanks */
    int64_t min;         /**< CONF_INT */
    int64_t max;         /**< CONF_INT */
    const char *meaning; /**< one line for the documentation, in English */
};

/** The table, `*count_out` rows; what `kontorctl configuration` prints. */
const struct conf_key *conf_keys(size_t *count_out);
/** "text", "path", "number" ...: for people. */
const char *conf_kind_name(enum conf_kind kind);

/**
 * Read `path`, then every `*.conf` in `path.d/` in byte order (later wins). Paths inside
 * are absolute or relative to the file that names them. ERR_INPUT with "file:line:
 * reason" noted.
 */
enum err conf_load(struct arena *arena, const char *path, struct conf **out) MUST_USE;
/**
 * Sections of a family that files have, at most `max`: [directory] first if it is there, then
 * [directory.NAME] in the order of the files ("directory", "directory.staff" ...). NAME is 1 to 32 of
 * a-z 0-9 '-'. The keys of each are those of the family; families are `directory` and `provider`.
 */
size_t conf_sections(const struct conf *conf, const char *family, const char **out,
                     size_t max);
/** ERR_INPUT noted unless a file has the section: a program calls it for what it cannot
 * do without. */
enum err conf_need(const struct conf *conf, const char *section) MUST_USE;
/** Value or the table's default. A key that is not in the table is a bug(). */
struct str conf_str(const struct conf *conf, const char *section, const char *key);
/** As conf_str, NUL-terminated. */
const char *conf_c(const struct conf *conf, const char *section, const char *key);
int64_t conf_int(const struct conf *conf, const char *section, const char *key);
bool conf_bool(const struct conf *conf, const char *section, const char *key);
/** "file:line: [section] key" of where a value comes from, "file: [section] key" for a default: what a
 *  program puts before its own complaint about a value. */
struct str conf_where(const struct conf *conf, struct arena *arena, const char *section,
                      const char *key);

#endif
