-- A session whose token was renewed, and the time zone that somebody chose.

-- What was in flight with the token of before still says whose it is (a form is kept for them).
ALTER TABLE session
    ADD COLUMN old_token_sha256 BINARY(32) NULL AFTER token_sha256,
    ADD KEY ix_session_old_token (old_token_sha256);

-- NULL: not chosen, the zone of the company counts.
ALTER TABLE person MODIFY zone VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NULL;
UPDATE person SET zone = NULL;
