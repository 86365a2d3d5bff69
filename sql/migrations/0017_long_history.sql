-- An answer may be a list of a hundred rows, and what stands in a draft need not be fit to be submitted: as JSON it
-- grows beyond the 64 KiB of its post.
ALTER TABLE history
    MODIFY old_value MEDIUMTEXT NULL,
    MODIFY new_value MEDIUMTEXT NULL;
