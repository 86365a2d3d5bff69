/* letter_case.h: upper and lower case of all scripts (ICU), independent of a language. */
#ifndef FORMATS_LETTER_CASE_H
#define FORMATS_LETTER_CASE_H

#include "base/str.h"

/** Well-formed UTF-8 in and out. */
struct str text_upper(struct arena *arena, struct str text);
struct str text_lower(struct arena *arena, struct str text);

#endif
