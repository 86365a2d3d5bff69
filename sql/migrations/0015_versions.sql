-- Steps of the process that its customer may know, and since when a version is the one that new requests get.

-- JSON list: [{"text": msgid of the definition, "state": "done" | "now" | "ahead", "at": instant}]. Written with the
-- state of the process, from the texts that a definition gives to its customers; NULL before the release.
ALTER TABLE customer_status
    ADD COLUMN steps TEXT NULL AFTER phase;

ALTER TABLE request_type
    ADD COLUMN since_at DATETIME(6) NULL AFTER definition_id;

UPDATE request_type t JOIN process_definition d ON d.id = t.definition_id SET t.since_at = d.published_at;

ALTER TABLE request_type
    MODIFY since_at DATETIME(6) NOT NULL;

-- How many instances run on a version, and which: read without the ended ones.
ALTER TABLE process_instance
    ADD KEY ix_process_instance_running (definition_id, ended_at, id);
