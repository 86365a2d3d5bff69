#include "login.h"

/* Only what a browser takes as a path below our prefix: no "//host", no backslash (which browsers
 * read as a slash), no dot segment that would climb out, and not this program's own pages. */
bool return_to_is_ours(struct str path)
{
    if (path.len < 2 || path.len > 500 || path.ptr[0] != '/' || path.ptr[1] == '/')
        return false;
    for (size_t i = 0; i < path.len; i++) {
        unsigned char c = (unsigned char)path.ptr[i];

        if (c <= 0x20 || c > 0x7e || c == '\\')
            return false;
    }
    if (str_find(path, STR("/.")) >= 0 || str_find(path, STR("/%2e")) >= 0 ||
        str_find(path, STR("/%2E")) >= 0)
        return false;
    return !str_starts(path, STR("/login")) && !str_starts(path, STR("/logout"));
}
