/* type_policy.h: which files Kontor takes, and every reason for which it refuses one. */
#ifndef FILE_TYPE_POLICY_H
#define FILE_TYPE_POLICY_H

#include "base/str.h"

/** Why a file was refused. The keys are stored (document.refusal) and shown as sentences.
 */
enum file_refusal {
    FILE_OK = 0,
    FILE_MISSING,          /**< "missing": no file was chosen */
    FILE_EMPTY,            /**< "empty": 0 bytes */
    FILE_TOO_LARGE,        /**< "too_large" */
    FILE_NAME_BAD,         /**< "name_bad": no usable file name */
    FILE_TYPE_NOT_ALLOWED, /**< "type_not_allowed": by extension, or not for this slot */
    FILE_CONTENT_MISMATCH, /**< "content_mismatch": name, declared type and content
                              disagree */
    FILE_DAMAGED,          /**< "damaged": incomplete or malformed */
    FILE_ENCRYPTED,        /**< "encrypted": nobody here could open it */
    FILE_ACTIVE_CONTENT, /**< "active_content": scripts, launch actions, embedded files */
    FILE_SCAN_UNAVAILABLE, /**< "scan_unavailable": could not be examined now */
    FILE_KIND_MISSING,     /**< "kind_missing": no kind, or one the slot does not take */
    FILE_DATE_MISSING, /**< "date_missing": the kind has an age limit, no date given */
    FILE_DATE_INVALID, /**< "date_invalid": not a calendar day */
    FILE_DATE_FUTURE,  /**< "date_future" */
    FILE_TOO_OLD,      /**< "too_old": older than the kind's age limit */
    FILE_REFUSAL_COUNT
};

/** One allowed type. */
struct file_type {
    const char *media_type;        /**< canonical: "application/pdf" */
    const char *label;             /**< "PDF": for people */
    const char *const *extensions; /**< lower case, without dot, NULL-terminated */
    const char *const *aliases; /**< other declared or sniffed types that mean the same */
    enum file_refusal (*check)(
        struct str bytes); /**< structure; never allocates, never blocks */
};

/** All allowed types; `*count_out` of them. Static. */
const struct file_type *file_types(size_t *count_out);
/** By canonical media type or alias, NULL for none. */
const struct file_type *file_type_by_media(struct str media_type);
/** By the extension of a file name ("Proof.PDF"), NULL for none or not allowed. */
const struct file_type *file_type_by_name(struct str file_name);
/** True if `media_type` (parameters and case are ignored) is the type or one of its
 * aliases. */
bool file_type_is(const struct file_type *type, struct str media_type);

/** Stable key, "" for FILE_OK. */
const char *file_refusal_key(enum file_refusal refusal);
/** Reverse; FILE_OK for an unknown key. */
enum file_refusal file_refusal_from_key(struct str key);
/** Sentence for people (msgid: reason and way out); a general one for an unknown key. */
const char *file_refusal_msgid(struct str key);

/**
 * The last path component of a name as a browser sent it, control characters, quotes and
 * bidi controls taken out, at most 200 bytes of well-formed UTF-8 (the extension is
 * kept). Empty when nothing usable is left.
 */
struct str file_name_clean(struct arena *arena, struct str raw);

/**
 * What can be told without reading the file: the name's extension is an allowed type,
 * that type is one of `media_types` (count 0 = any), and the declared type (absent and
 * application/octet-stream count as not stated) agrees. `*type_out` is set on FILE_OK
 * only.
 */
enum file_refusal file_policy_precheck(struct str clean_name, struct str declared_type,
                                       const struct str *media_types,
                                       size_t media_type_count,
                                       const struct file_type **type_out);

#endif
