/* conf.h: the configuration file (INI, read by libinih), checked against a table of known keys.
 *
 * The table is CONF_KEYS in conf.c: section, key, kind, default, meaning. An unknown key, a bad
 * value or a missing mandatory key is refused with file and line. `kontorctl doctor` and the
 * documentation print the same table. */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include "base/str.h"

struct conf;

/**
 * Read `path`, then every `*.conf` in `path.d/` in byte order (later wins). Paths inside are
 * absolute or relative to the file that names them. ERR_INPUT with "file:line: reason" noted.
 */
enum err conf_load(struct arena *arena, const char *path, struct conf **out) MUST_USE;
/** Value or the table's default. A key that is not in the table is a bug(). */
struct str conf_str(const struct conf *conf, const char *section, const char *key);
/** As conf_str, NUL-terminated. */
const char *conf_c(const struct conf *conf, const char *section, const char *key);
int64_t conf_int(const struct conf *conf, const char *section, const char *key);
bool conf_bool(const struct conf *conf, const char *section, const char *key);

#endif
