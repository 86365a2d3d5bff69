/* directory_dn.h: distinguished names (RFC 4514) in a form that can be compared. */
#ifndef AUTH_DIRECTORY_DN_H
#define AUTH_DIRECTORY_DN_H

#include "base/str.h"

/**
 * The same text for every spelling of a name: types and values case folded, escapes resolved and made
 * again in one way, blanks around separators gone. Values of the form #hex stay as they are. ERR_INPUT
 * for what is no DN: an empty one, an empty value, one that is not UTF-8. At most 4096 bytes.
 */
enum err dn_normal(struct arena *arena, struct str dn, struct str *out) MUST_USE;
/** Both normal. An entry is not below itself; nothing is below an empty base. */
bool dn_is_below(struct str dn, struct str base);

#endif
