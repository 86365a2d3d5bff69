/* locale.h: numbers, dates and times as people write them (ICU's C API; the only home of ICU). */
#ifndef FORMATS_LOCALE_H
#define FORMATS_LOCALE_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/str.h"

/** Formatters for one language; made once, used by every request. */
struct locale_formats;

/** `tag` is "en" (shown as en-GB: day first, 24 hours) or "de". */
enum err locale_formats_new(struct arena *arena, const char *tag,
                            struct locale_formats **out) MUST_USE;

/** "22 November 2026, 14:05" / "22. November 2026, 14:05" in `zone` (IANA name; unknown = UTC). */
struct str locale_instant(const struct locale_formats *formats, struct arena *arena,
                          instant_us at, struct str zone);
/** "22 November 2026" / "22. November 2026". */
struct str locale_day(const struct locale_formats *formats, struct arena *arena,
                      day_no day);
/** The same, appended to a buffer without other memory; nothing for INSTANT_NONE and DAY_NONE. The
 *  text holds no character that HTML would need escaped. */
void locale_put_instant(const struct locale_formats *formats, struct buf *out,
                        instant_us at, struct str zone);
/** The calendar day of an instant in `zone`, as locale_put_day. */
void locale_put_instant_day(const struct locale_formats *formats, struct buf *out,
                            instant_us at, struct str zone);
void locale_put_day(const struct locale_formats *formats, struct buf *out, day_no day);
/** 12,345 / 12.345 */
void locale_put_int(const struct locale_formats *formats, struct buf *out,
                    int64_t number);
/** "1.2 MB" / "1,2 MB" */
void locale_put_bytes(const struct locale_formats *formats, struct buf *out,
                      int64_t bytes);
/** The calendar day `at` falls on in `zone`. */
day_no locale_day_of(instant_us at, struct str zone);
/** True for a zone ICU knows. */
bool locale_zone_known(struct str zone);
/** Best of `count` language tags for an Accept-Language header; its index, or -1. */
int locale_accept(struct str header, const char *const *tags, size_t count);
/** Unicode NFC of well-formed UTF-8. */
struct str locale_nfc(struct arena *arena, struct str text);
/** What two spellings of one name have in common, for comparing only: Unicode NFKC_Casefold (case,
 *  width, ligatures and invisible characters are gone), white space at the ends gone and in the
 *  middle one blank. Directories compare names like this (RFC 4518). Well-formed UTF-8. */
struct str locale_fold(struct arena *arena, struct str text);
/** locale_fold() without accents: what Active Directory takes for one name ("anna", "ànna"). */
struct str locale_bare(struct arena *arena, struct str text);

#endif
