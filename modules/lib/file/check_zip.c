#include "file/check.h"

bool check_has_zip_tail(struct str bytes)
{
    enum { RECORD = 22, COMMENT_MAX = 65535 };
    const unsigned char *p = (const unsigned char *)bytes.ptr;
    if (bytes.len < RECORD) {
        return false;
    }
    size_t last = bytes.len - RECORD;
    size_t first = last > COMMENT_MAX ? last - COMMENT_MAX : 0;
    for (size_t i = last + 1; i > first; i--) {
        const unsigned char *at = p + i - 1;
        if (at[0] == 'P' && at[1] == 'K' && at[2] == 5 && at[3] == 6) {
            size_t comment = at[20] | (size_t)at[21] << 8;
            if (i - 1 + RECORD + comment <= bytes.len) {
                return true;
            }
        }
    }
    return false;
}
