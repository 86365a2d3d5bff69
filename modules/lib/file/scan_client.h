/* scan_client.h: ask the scan program about an open file. */
#ifndef FILE_SCAN_CLIENT_H
#define FILE_SCAN_CLIENT_H

#include "file/type_policy.h"

/**
 * One question on the Unix socket `socket_path` (SOCK_SEQPACKET): "scan1 <media type>"
 * with the descriptor beside it (SCM_RIGHTS); one answer: "ok" or "refused <key>".
 * Anything else, an absent daemon or more than `timeout_ms` in all is
 * FILE_SCAN_UNAVAILABLE (cause noted): an unexamined file is never taken.
 */
enum file_refusal scan_file(const char *socket_path, int64_t timeout_ms, int fd,
                            const struct file_type *type);

#endif
