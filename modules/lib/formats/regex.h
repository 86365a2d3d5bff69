/* regex.h: regular expressions with limits; the one home of PCRE2. */
#ifndef FORMATS_REGEX_H
#define FORMATS_REGEX_H

#include "base/str.h"

/** Groups that are told, with the whole match as number 0. */
#define REGEX_GROUPS_MAX 10

struct regex;

enum regex_flag {
    REGEX_DOT_ALL = 1,   /**< '.' is any character */
    REGEX_MULTILINE = 2, /**< '^' and '$' at each line */
    REGEX_NO_CASE = 4,
    REGEX_FREE = 8,  /**< blanks in the pattern mean nothing */
    REGEX_WHOLE = 16 /**< only a match of all the text counts */
};

/** Where a group matched; absent if it took no part. */
struct regex_match {
    struct str groups[REGEX_GROUPS_MAX];
    size_t count;
};

/** Freed with the arena. ERR_INPUT with `*reason_out` in the arena. */
enum err regex_compile(struct arena *arena, struct str pattern, unsigned flags,
                       struct regex **out, struct str *reason_out) MUST_USE;
/** First match at or behind byte `from`. ERR_NOT_FOUND (not noted) for none, ERR_LIMITED when it takes
 *  more than 100,000 steps. */
enum err regex_find(const struct regex *regex, struct str text, size_t from,
                    struct regex_match *out) MUST_USE;

#endif
