/* check.h: structural checks of untrusted files. Pure: bytes in, verdict out; no
 * allocation but the bounded inflate window of the PDF check, no I/O. Run inside the scan
 * program's sandboxed child, by unit tests and by fuzz targets. */
#ifndef FILE_CHECK_H
#define FILE_CHECK_H

#include "file/type_policy.h"

/** PDF 1.0-1.7, 2.0 (ISO 32000): header at byte 0, startxref, %%EOF; no encryption, no
 * active content. */
enum file_refusal check_pdf(struct str bytes);
/** PNG (ISO/IEC 15948): chunk walk with CRC, IEND last. */
enum file_refusal check_png(struct str bytes);
/** JPEG (ITU-T T.81): marker walk from SOI to EOI. */
enum file_refusal check_jpeg(struct str bytes);

/** True if the bytes end in a ZIP archive's end record, whatever they begin with
 * (polyglot). */
bool check_has_zip_tail(struct str bytes);

#endif
