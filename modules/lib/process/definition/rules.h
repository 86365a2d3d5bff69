/* rules.h: what keys and texts of a definition may look like: what the columns hold. */
#ifndef PROCESS_RULES_H
#define PROCESS_RULES_H

#include "base/str.h"

#define RULE_KEY_MAX 64

/** Lower-case letters, digits, '-', '.', '_', a letter first; at most RULE_KEY_MAX bytes. */
bool rule_is_key(struct str text);
/** A FEEL name of at most RULE_KEY_MAX bytes that starts with a letter. */
bool rule_is_field_key(struct str text);
/** One line of text for people: UTF-8, no control characters, not blank at either end. */
bool rule_is_line(struct str text);
/** True if `words` (separated by single spaces) has `word`. */
bool rule_has_word(const char *words, struct str word);

#endif
