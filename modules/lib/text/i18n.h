/* i18n.h: translations. msgid = the English sentence. Both catalogues are open from start-up. */
#ifndef TEXT_I18N_H
#define TEXT_I18N_H

#include "base/str.h"

/** The languages Kontor ships. The order is the index into tables. */
enum language { LANGUAGE_EN = 0, LANGUAGE_DE = 1, LANGUAGE_COUNT = 2 };

struct i18n;

/**
 * Open `dir`/<code>.mo for every language but English (own reader of the GNU .mo format: several
 * languages at once, no locale of the system needed). ERR_UNAVAILABLE noted when one is missing.
 */
enum err i18n_open(struct arena *arena, const char *dir, struct i18n **out) MUST_USE;
/** "en", "de". */
const char *language_code(enum language language);
/** From "de" / "DE" / "de-AT"; false (out untouched) for anything not shipped. */
bool language_parse(struct str code, enum language *out);
/** Best match for an Accept-Language header (ICU), `fallback` if none. */
enum language language_accept(struct str header, enum language fallback);

/** Translation of msgid, or msgid itself. Valid as long as the catalogue. */
struct str i18n_text(const struct i18n *i18n, enum language language, struct str msgid);
/** With singular and plural forms, chosen for n. */
struct str i18n_plural(const struct i18n *i18n, enum language language, struct str msgid,
                       struct str msgid_plural, int64_t n);
/** Fill {0} {1} ... of a translated text; an argument is copied as it is (not markup). */
struct str i18n_fill(struct arena *arena, struct str pattern, const struct str *args,
                     size_t arg_count);

/** Marks a msgid literal in C for the extractor; expands to the literal. */
#define N_(literal) (literal)

#endif
