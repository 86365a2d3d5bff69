#include "auth/qr.h"

#include <errno.h>
#include <qrencode.h>

#include "base/buf.h"

#define QUIET          4
#define PATH_MAX_BYTES 200000

static bool is_dark(const QRcode *code, int x, int y)
{
    return x < code->width && (code->data[y * code->width + x] & 1);
}

/* Each run of dark modules of a row is a rectangle. */
static void put_row(struct buf *path, const QRcode *code, int y)
{
    for (int x = 0; x < code->width; x++) {
        int from = x;

        while (is_dark(code, x, y))
            x++;
        if (x > from)
            buf_format(path, "M%d %dh%dv1h-%dz", from + QUIET, y + QUIET, x - from,
                       x - from);
    }
}

enum err qr_code(struct arena *arena, struct str text, struct qr *out)
{
    struct buf path = buf_init(arena, PATH_MAX_BYTES);
    QRcode *code;

    /* Level M: 15 % of the code may be hidden by a reflection on the screen. */
    code = QRcode_encodeString8bit(str_c(arena, text), 0, QR_ECLEVEL_M);
    if (!code)
        return errno == ERANGE ? ERR_TOO_LARGE
                               : err_note(ERR_INTERNAL, "qrencode: %s", strerror(errno));
    for (int y = 0; y < code->width; y++)
        put_row(&path, code, y);
    out->view_box =
        str_format(arena, "0 0 %d %d", code->width + 2 * QUIET, code->width + 2 * QUIET);
    QRcode_free(code);
    if (buf_check(&path) != OK)
        return ERR_TOO_LARGE;
    out->path = buf_str(&path);
    return OK;
}
