-- The janitor asks for each stored file whether a document has that content.
CREATE INDEX ix_document_sha256 ON document (sha256);
