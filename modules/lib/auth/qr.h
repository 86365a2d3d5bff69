/* qr.h: a text as the path of a QR code, for an SVG in a page. The only file with libqrencode. */
#ifndef AUTH_QR_H
#define AUTH_QR_H

#include "base/str.h"

/** In module units, quiet zone of four on each side included (ISO/IEC 18004). */
struct qr {
    struct str path;     /**< value of a `d` attribute: the dark modules */
    struct str view_box; /**< "0 0 53 53" */
};

/** ERR_TOO_LARGE when the text (no NUL) does not fit into a code. Strings are the arena's. */
enum err qr_code(struct arena *arena, struct str text, struct qr *out) MUST_USE;

#endif
